import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { type HttpResponse, seeOther } from '#shared/http/respond.ts'
import { readRestarts, withRestarts } from '#shared/http/restart-cookie.ts'
import { refuseSignIn, signInFailed } from '#shared/http/sign-in-error.ts'
import { newTraceId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import type { UnwrapKey } from '#shared/saml/decrypt-response.ts'
import { refusal } from '#shared/saml/errors.ts'
import { completeSignIn, type Outcome } from '#shared/sign-in/complete-sign-in.ts'
import type { Entitle, SignInStore, TraceStore } from '#shared/sign-in/ports.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { readSubmission } from './schema.ts'

type Ports = {
  signIns: SignInStore
  unwrapKey: UnwrapKey
  entitle: Entitle
  traces: TraceStore
  publicUrl: string
  now: () => number
}

export const consumeAssertion = (ports: Ports) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const attempt = { traceId: newTraceId(nowMs), nowMs }
  const fields = readSubmission(request)
  if (!fields) {
    const malformed = { refusal: refusal('form_malformed'), stage: 'message' } as const
    return refuseSignIn(ports.traces, malformed, attempt)
  }
  const { publicUrl } = ports
  const restarts = readRestarts(request)
  const completed = await completeSignIn(ports, { ...fields, ...attempt, publicUrl, restarts })
  if (!completed.ok) return refuseSignIn(ports.traces, completed.error, attempt)
  return answer(ports.traces, completed.value, { ...attempt, restarts })
}

async function answer(
  traces: TraceStore,
  outcome: Outcome,
  { traceId, restarts }: { traceId: string; restarts: number },
): Promise<HttpResponse> {
  switch (outcome.kind) {
    case 'signed_in':
      log.info('sign_in_succeeded', { traceId, idpId: outcome.signIn.idp.id })
      return restarts > 0 ? withRestarts(seeOther(outcome.location), 0) : seeOther(outcome.location)
    case 'restarted':
      log.info('sign_in_restarted', { traceId, idpId: outcome.trace.idpId })
      await traces.record(outcome.trace)
      return withRestarts(seeOther(outcome.location), outcome.restarts)
    case 'tested':
      log.info('sign_in_tested', { traceId, outcome: outcome.result.outcome })
      return showTest(outcome)
    default:
      return outcome satisfies never
  }
}

/** Few responses are those of tests. */
async function showTest(tested: Extract<Outcome, { kind: 'tested' }>) {
  const { testPage } = await import('#shared/http/test-page.ts')
  return testPage(tested)
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL, SAML_ENCRYPTION_KEY_ARNS } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
  'SAML_ENCRYPTION_KEY_ARNS',
)
/** The client of KMS is a fifth of this function, and few providers encrypt: loaded once one does. */
const unwrapKey: UnwrapKey = async (...wrapped) => {
  const { kmsContentKey } = await import('#shared/aws/kms-content-key.ts')
  return kmsContentKey(SAML_ENCRYPTION_KEY_ARNS.split(','))(...wrapped)
}
/** Nor do many sign-ins change what somebody may use. */
const entitle: Entitle = async (...arriving) => {
  const { liveEntitle } = await import('#shared/aws/live-entitle.ts')
  await liveEntitle(DIRECTORY_TABLE)(...arriving)
}
const live: Ports = {
  signIns: dynamoSignIns(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  unwrapKey,
  entitle,
  traces: dynamoTraces(DIRECTORY_TABLE),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(consumeAssertion(live), signInFailed)
