import type { IdpId } from '../ids.ts'
import { sha256 } from '../secrets.ts'

/**
 * Key of the one record that a sign-in has from start to redeem. It is derived from what makes the
 * sign-in unique, so the record is at once the request, the replay marker and the login token.
 */
export const requestHandle = (requestId: string) => sha256(`request\n${requestId}`)

/** The same for an unsolicited response: each assertion of a provider is accepted once (R15). */
export const assertionHandle = (idpId: IdpId, assertionId: string) =>
  sha256(`assertion\n${idpId}\n${assertionId}`)
