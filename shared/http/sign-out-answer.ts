import { newTraceId, type TraceId } from '../ids.ts'
import { log } from '../log.ts'
import type { TraceStore } from '../sign-in/ports.ts'
import type { Next, RefusedLogout } from '../sign-out/arrival.ts'
import { isUnreadable } from '../sign-out/errors.ts'
import { refusedLogoutTrace } from '../sign-out/logout-trace.ts'
import { epochMilliseconds } from '../time.ts'
import type { Unexpected } from './endpoint.ts'
import { errorPage, htmlPage } from './html.ts'
import { postForm } from './post-form.ts'
import { type HttpResponse, respond, seeOther } from './respond.ts'

/** Sends the browser on after a logout, or shows that it is done. */
export function answerLogoutNext(next: Next): HttpResponse {
  switch (next.kind) {
    case 'departs':
      return next.departure.binding === 'post'
        ? postForm(next.departure.action, next.departure.fields)
        : respond(302, { location: next.departure.location }) // SAML Bindings 2.0 §3.4.5
    case 'goes':
      return seeOther(next.location)
    case 'stays':
      return htmlPage(200, 'You are signed out', '<p>You can close this page now.</p>')
    default:
      return next satisfies never
  }
}

/**
 * Refuses a logout: the typed cause goes to the log and to the stored trace, and the person gets a
 * page with the same words whatever the cause. The sender of the message gets no answer (R40).
 */
export async function refuseLogout(
  traces: TraceStore,
  refused: RefusedLogout,
  attempt: { traceId: TraceId; nowMs: number },
): Promise<HttpResponse> {
  const { traceId } = attempt
  const { cause } = refused.refusal
  log.info('logout_refused', { traceId, cause, idpId: refused.idp?.id })
  await traces.record(refusedLogoutTrace(refused, attempt)).catch((error: unknown) => {
    log.error('trace_not_stored', error, { traceId }) // the answer must not depend on it
  })
  return errorPage(isUnreadable(cause) ? 400 : 403, { ...page, traceId })
}

const page = {
  title: 'Sign-out did not work',
  text: 'We could not sign you out everywhere. Please close all windows of your browser.',
}

/** The page of a bug or an outage; its trace id is in the log beside the error. */
export const logoutFailed: Unexpected = ({ requestId }) => {
  const traceId = newTraceId(epochMilliseconds())
  log.warn('logout_failed', { traceId, requestId })
  return errorPage(500, { ...page, traceId })
}
