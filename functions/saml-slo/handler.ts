import { liveSignOut, signOutEnvironment } from '#shared/aws/live-sign-out.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { answerLogoutNext, logoutFailed, refuseLogout } from '#shared/http/sign-out-answer.ts'
import { newMessageId, newTraceId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import type { SignOutPorts } from '#shared/sign-out/ports.ts'
import { receiveLogoutMessage } from '#shared/sign-out/receive-logout-message.ts'
import { readArrival } from './schema.ts'

export const serveLogout = (ports: SignOutPorts) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs }
  const arrived = readArrival(request)
  if (!arrived.ok) return refuseLogout(ports.traces, arrived.error, attempt)
  const next = await receiveLogoutMessage(ports, {
    ...arrived.value,
    ...attempt,
    publicUrl: ports.publicUrl,
    responseId: newMessageId(),
  })
  if (!next.ok) return refuseLogout(ports.traces, next.error, attempt)
  log.info('logout_message_taken', { traceId: attempt.traceId, next: next.value.kind })
  return answerLogoutNext(next.value)
}

const live = liveSignOut(readEnv(...signOutEnvironment))
export const handler = endpoint(serveLogout(live), logoutFailed)
