import { dynamoRequests } from '#shared/aws/request-store.ts'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { respond } from '#shared/http/respond.ts'
import { refuseSignIn, signInFailed } from '#shared/http/sign-in-error.ts'
import { newMessageId, newTraceId } from '#shared/ids.ts'
import { refusal } from '#shared/saml/errors.ts'
import type { RequestStore, TraceStore } from '#shared/sign-in/ports.ts'
import { startSignIn } from '#shared/sign-in/start-sign-in.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { readStart } from './schema.ts'

type Ports = { requests: RequestStore; traces: TraceStore; publicUrl: string; now: () => number }

export const startLogin = (ports: Ports) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs }
  const asked = readStart(request)
  if (!asked) return refuseSignIn(ports.traces, { refusal: refusal('form_malformed') }, attempt)
  const started = await startSignIn(ports.requests, {
    ...asked,
    publicUrl: ports.publicUrl,
    requestId: newMessageId(),
    nowMs,
  })
  if (!started.ok) return refuseSignIn(ports.traces, started.error, attempt)
  return respond(302, { location: started.value.location }) // SAML Bindings 2.0 §3.4.5
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const live: Ports = {
  requests: dynamoRequests(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  traces: dynamoTraces(DIRECTORY_TABLE),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(startLogin(live), signInFailed)
