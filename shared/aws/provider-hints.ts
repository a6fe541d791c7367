import type { IdpId } from '../ids.ts'

/**
 * Which provider an issuer key led to last time, in this process: with it, what belongs to the
 * provider is read in the same round trip as the provider itself. It is a guess and decides nothing.
 */
const hints = new Map<string, IdpId>()
const MAX_HINTS = 5000

export const hintOf = (issuerKey: string): IdpId | undefined => hints.get(issuerKey)

export function rememberHint(issuerKey: string, idpId: IdpId) {
  if (hints.size >= MAX_HINTS) hints.clear()
  hints.set(issuerKey, idpId)
}
