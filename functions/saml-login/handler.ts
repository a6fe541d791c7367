import { kmsSamlSigner } from '#shared/aws/kms-saml-signer.ts'
import { dynamoRequests } from '#shared/aws/request-store.ts'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { postForm } from '#shared/http/post-form.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { respond } from '#shared/http/respond.ts'
import { refuseSignIn, signInFailed } from '#shared/http/sign-in-error.ts'
import { newMessageId, newTraceId } from '#shared/ids.ts'
import { refusal } from '#shared/saml/errors.ts'
import type { TraceStore } from '#shared/sign-in/ports.ts'
import { type StartPorts, startSignIn } from '#shared/sign-in/start-sign-in.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { readStart } from './schema.ts'

type Ports = StartPorts & { traces: TraceStore; publicUrl: string; now: () => number }

export const startLogin = (ports: Ports) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs, kind: 'start' } as const
  const asked = readStart(request)
  if (!asked) {
    const malformed = { refusal: refusal('form_malformed'), stage: 'message' } as const
    return refuseSignIn(ports.traces, malformed, attempt)
  }
  const started = await startSignIn(ports, {
    ...asked,
    publicUrl: ports.publicUrl,
    requestId: newMessageId(),
    nowMs,
  })
  if (!started.ok) return refuseSignIn(ports.traces, started.error, attempt)
  const departure = started.value
  return departure.binding === 'post'
    ? postForm(departure.action, departure.fields)
    : respond(302, { location: departure.location }) // SAML Bindings 2.0 §3.4.5
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL, SAML_SIGNING_KEY_ARNS } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
  'SAML_SIGNING_KEY_ARNS',
)
const [signingKey = ''] = SAML_SIGNING_KEY_ARNS.split(',')
const live: Ports = {
  requests: dynamoRequests(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  sign: kmsSamlSigner(signingKey),
  traces: dynamoTraces(DIRECTORY_TABLE),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(startLogin(live), signInFailed)
