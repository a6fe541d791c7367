import { liveSignOut, signOutEnvironment } from '#shared/aws/live-sign-out.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { answerLogoutNext, logoutFailed, refuseLogout } from '#shared/http/sign-out-answer.ts'
import { newMessageId, newTraceId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import { refusal } from '#shared/saml/errors.ts'
import type { SignOutPorts } from '#shared/sign-out/ports.ts'
import { startLogout } from '#shared/sign-out/start-logout.ts'
import { readStartLogout } from './schema.ts'

export const logOut = (ports: SignOutPorts) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs }
  const asked = readStartLogout(request)
  if (!asked) return refuseLogout(ports.traces, { refusal: refusal('form_malformed') }, attempt)
  const next = await startLogout(ports, {
    ...asked,
    ...attempt,
    publicUrl: ports.publicUrl,
    requestId: newMessageId(),
  })
  if (!next.ok) return refuseLogout(ports.traces, next.error, attempt)
  log.info('logout_started', { traceId: attempt.traceId, next: next.value.kind })
  return answerLogoutNext(next.value)
}

const live = liveSignOut(readEnv(...signOutEnvironment))
export const handler = endpoint(logOut(live), logoutFailed)
