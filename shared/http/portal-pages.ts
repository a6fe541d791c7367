import { newTraceId, type TraceId } from '../ids.ts'
import { log } from '../log.ts'
import type { PortalCause } from '../portals/errors.ts'
import { epochMilliseconds } from '../time.ts'
import type { Unexpected } from './endpoint.ts'
import { errorPage } from './html.ts'
import { type HttpResponse, respond } from './respond.ts'

const invalid = {
  title: 'Invalid response',
  text: 'We could not sign you in. Please go back to where you came from and open the link again.',
}

const unsafe = {
  title: 'Page not found',
  text: 'There is no such page. Please go back to where you came from.',
}

const targetCauses: ReadonlySet<PortalCause> = new Set(['target_unsafe', 'target_not_allowed'])

/**
 * The page of a browser that comes from a portal and is not sent on: the same words whatever was
 * wrong; of a target that leads elsewhere, that there is no such page (R33, R34).
 */
export const refuseHop = (cause: PortalCause, traceId: TraceId): HttpResponse =>
  targetCauses.has(cause)
    ? errorPage(404, { ...unsafe, traceId })
    : errorPage(403, { ...invalid, traceId })

/** Of what nobody has opened yet: the browser fetches it again once somebody does. */
export const notFetchedAhead = (): HttpResponse => respond(503, {})

/** The page of a bug or an outage; its trace id is in the log beside the error. */
export const hopFailed: Unexpected = ({ requestId }) => {
  const traceId = newTraceId(epochMilliseconds())
  log.warn('sign_in_failed', { traceId, requestId })
  return errorPage(500, { ...invalid, traceId })
}
