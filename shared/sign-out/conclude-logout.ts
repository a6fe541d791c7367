import type { IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { type ReportedLogout, readLogoutResponse } from '../saml/logout-response.ts'
import { toSeconds } from '../time.ts'
import type { AdmittedMessage } from './admit-message.ts'
import { afterLogout } from './after-logout.ts'
import type { Arrival, Next, RefusedLogout } from './arrival.ts'
import type { LogoutCause, LogoutNote } from './errors.ts'
import type { JudgedMessage } from './judge-message.ts'
import { logoutHandle } from './logout-handle.ts'
import { logoutTrace } from './logout-trace.ts'
import type { Outstanding, SignOutStore } from './ports.ts'

/**
 * Takes a verified LogoutResponse, once, and sends the browser back to the product. Our sessions
 * ended before the request left, so what the provider came to is only noted.
 *
 * Source: SAML Profiles 2.0 §4.4.3.5; SAML Core 2.0 §3.7.3.1.
 */
export async function concludeLogout(
  store: SignOutStore,
  { idp, found }: AdmittedMessage,
  judged: JudgedMessage,
  arrival: Arrival,
): Promise<Result<Next, RefusedLogout>> {
  const { keyFingerprint } = judged
  const known = { idp, ...(keyFingerprint !== undefined && { keyFingerprint }) }
  const reported = readLogoutResponse(judged.verified)
  if (!reported.ok) return fail({ ...known, refusal: reported.error })
  const got = reported.value.inResponseTo
  const { outstanding } = found
  if (outstanding?.requestId !== got) {
    return fail({ ...known, refusal: refusal('logout_unknown', { got }) })
  }
  const refused = refuseOutstanding(outstanding, idp, arrival)
  if (refused) return fail({ ...known, refusal: refused })
  const notes = [...judged.notes, ...notesOf(reported.value, arrival)]
  const trace = logoutTrace({ idp, keyFingerprint, notes }, arrival)
  const isOurs = await store.takeAnswer(got, trace)
  if (!isOurs) return fail({ ...known, refusal: refusal('logout_answered', { got }) })
  return ok(afterLogout(found.catalogue, outstanding))
}

/** A request is answered once, in time, and by the provider that it was sent to. */
function refuseOutstanding(
  { requestId: got, idpId, isAnswered, validUntil }: Outstanding,
  idp: IdentityProvider,
  { nowMs }: Arrival,
): Refusal<LogoutCause> | undefined {
  if (idpId !== idp.id) return refusal('logout_of_another_idp', { got })
  if (isAnswered) return refusal('logout_answered', { got })
  return toSeconds(nowMs) < validUntil ? undefined : refusal('logout_late', { got })
}

function notesOf({ outcome, inResponseTo }: ReportedLogout, { relayState }: Arrival): LogoutNote[] {
  const notes: LogoutNote[] = []
  if (outcome === 'partial') notes.push('logout_partial')
  if (outcome === 'failed') notes.push('logout_failed')
  if (relayState !== logoutHandle(inResponseTo)) notes.push('relay_state_changed')
  return notes
}
