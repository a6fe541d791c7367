import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { seeOther } from '#shared/http/respond.ts'
import { refuseSignIn, signInFailed } from '#shared/http/sign-in-error.ts'
import { newTraceId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import { refusal } from '#shared/saml/errors.ts'
import { completeSignIn } from '#shared/sign-in/complete-sign-in.ts'
import type { SignInStore, TraceStore } from '#shared/sign-in/ports.ts'
import { serviceProvider } from '#shared/sign-in/service-provider.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { readSubmission } from './schema.ts'

type Ports = { signIns: SignInStore; traces: TraceStore; publicUrl: string; now: () => number }

export const consumeAssertion = (ports: Ports) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs }
  const fields = readSubmission(request)
  if (!fields) return refuseSignIn(ports.traces, { refusal: refusal('form_malformed') }, attempt)
  const completed = await completeSignIn(ports.signIns, {
    ...fields,
    ...attempt,
    serviceProvider: serviceProvider(ports.publicUrl, request.pathParameter('organization')),
  })
  if (!completed.ok) return refuseSignIn(ports.traces, completed.error, attempt)
  const { signIn, location } = completed.value
  log.info('sign_in_succeeded', { traceId: attempt.traceId, idpId: signIn.idp.id })
  return seeOther(location)
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const live: Ports = {
  signIns: dynamoSignIns(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  traces: dynamoTraces(DIRECTORY_TABLE),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(consumeAssertion(live), signInFailed)
