import type { IdpId, OrgId } from '../ids.ts'

type Hint = { id: IdpId; orgId: OrgId }

/**
 * Which provider an issuer key led to last time, in this process: with it, what belongs to the
 * provider is read in the same round trip as the provider itself. It is a guess and decides nothing.
 */
const hints = new Map<string, Hint>()
const MAX_HINTS = 5000

export const hintOf = (issuerKey: string): Hint | undefined => hints.get(issuerKey)

export function rememberHint(issuerKey: string, { id, orgId }: Hint) {
  if (hints.size >= MAX_HINTS) hints.clear()
  hints.set(issuerKey, { id, orgId })
}
