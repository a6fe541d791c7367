import { issuerKey } from '../sign-in/subject-key.ts'
import type { IdentityProvider } from './types.ts'

/**
 * Keys that responses of a provider are found by: one for each scope of our identifiers that it may
 * use, which are two as long as it has not been told of the new one (R11).
 */
export function issuerKeysOf({
  orgId,
  entityId,
  identifiers,
  knownAs,
}: Pick<IdentityProvider, 'orgId' | 'entityId' | 'identifiers' | 'knownAs'>): readonly string[] {
  const scopes = new Set([identifiers, knownAs?.identifiers ?? identifiers])
  return [...scopes].map((scope) => issuerKey(scope === 'shared' ? 'shared' : orgId, entityId))
}
