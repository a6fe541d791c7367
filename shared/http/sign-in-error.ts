import { newTraceId, type TraceId } from '../ids.ts'
import { log } from '../log.ts'
import { isUnreadable } from '../sign-in/errors.ts'
import type { TraceStore } from '../sign-in/ports.ts'
import type { Refused } from '../sign-in/refused.ts'
import { epochMilliseconds } from '../time.ts'
import type { Unexpected } from './endpoint.ts'
import { errorPage } from './html.ts'
import type { HttpResponse } from './respond.ts'

/**
 * Refuses a sign-in: the typed cause goes to the log and to the stored trace, and the person gets a
 * page with the same words whatever the cause (R40).
 */
export async function refuseSignIn(
  traces: TraceStore,
  refused: Refused,
  attempt: { traceId: TraceId; nowMs: number; kind?: 'start' },
): Promise<HttpResponse> {
  const { traceId } = attempt
  const { cause } = refused.refusal
  log.info('sign_in_refused', { traceId, cause, idpId: refused.idp?.id })
  await record(traces, refused, attempt).catch((error: unknown) => {
    log.error('trace_not_stored', error, { traceId }) // the answer must not depend on it
  })
  if (refused.product !== undefined) {
    const { noProductPage } = await import('./no-product-page.ts')
    return noProductPage(refused.product, traceId)
  }
  return errorPage(isUnreadable(cause) ? 400 : 403, { ...page, traceId })
}

/** What shows a message without anything personal is loaded once one is refused. */
async function record(...[traces, refused, attempt]: Parameters<typeof refuseSignIn>) {
  const { refusalTrace } = await import('../sign-in/refusal-trace.ts')
  await traces.record(refusalTrace(refused, attempt))
}

const page = {
  title: 'Sign-in did not work',
  text: 'We could not sign you in. Please go back to where you came from and try again.',
}

/** The page of a bug or an outage; its trace id is in the log beside the error. */
export const signInFailed: Unexpected = ({ requestId }) => {
  const traceId = newTraceId(epochMilliseconds())
  log.warn('sign_in_failed', { traceId, requestId })
  return errorPage(500, { ...page, traceId })
}
