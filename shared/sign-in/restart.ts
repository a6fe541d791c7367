import type { IdentityProvider } from '../idps/types.ts'
import type { Catalogue } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { toSeconds } from '../time.ts'
import { chooseLanding } from './choose-landing.ts'
import type { Trace } from './ports.ts'
import type { Refused } from './refused.ts'
import type { Submission } from './submission.ts'

/** The browser is sent on to a request of ours. */
export type Restarted = {
  kind: 'restarted'
  location: string
  /** How often this browser has been lately, this time included. */
  restarts: number
  trace: Trace
}

/** A provider that never says what it answers would send the browser round and round. */
const MAX_RESTARTS = 3

/**
 * Turns an unsolicited response of a provider that may not send any into a request of ours, which
 * keeps the landing page (R15). Nothing of the response is used but its RelayState, so it need not
 * be verified: whoever forges one could as well open that address.
 */
export function restart(
  idp: IdentityProvider,
  catalogue: Catalogue,
  { relayState, publicUrl, restarts, traceId, nowMs }: Submission,
): Result<Restarted, Refused> {
  if (restarts >= MAX_RESTARTS) {
    return fail({ refusal: refusal('in_response_to_missing'), stage: 'request', idp })
  }
  const chosen = chooseLanding({ idp, request: undefined }, catalogue, relayState)
  const { product, target } = chosen.landing
  const url = new URL(`${publicUrl}/saml/idps/${idp.id}/login`)
  url.searchParams.set('product', product)
  if (target !== undefined) url.searchParams.set('target', target)
  const trace: Trace = {
    id: traceId,
    at: toSeconds(nowMs),
    orgId: idp.orgId,
    idpId: idp.id,
    outcome: 'restarted',
    ...(chosen.isSubstitute && { notes: ['landing_not_allowed'] }),
  }
  return ok({ kind: 'restarted', location: url.href, restarts: restarts + 1, trace })
}
