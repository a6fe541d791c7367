import type { IdentityProvider } from '../idps/types.ts'
import { type ServiceProvider, serviceProviderFor } from './service-provider.ts'

type Known = Pick<IdentityProvider, 'identifiers' | 'knownAs' | 'orgId'>

/** The scope of our identifiers: the vendor-wide ones, or those of one organization. */
export type Scope = 'shared' | (string & {})

/**
 * Whom a provider may take us for at one of our scopes: what we are now, and what it was told before,
 * as long as no admin has said that it knows better (R11). Empty: it has no business there.
 */
export function identitiesOf(idp: Known, scope: Scope, publicUrl: string): ServiceProvider[] {
  const { orgId, identifiers, knownAs = { publicUrl, identifiers } } = idp
  const identities: ServiceProvider[] = []
  for (const known of [{ publicUrl, identifiers }, knownAs]) {
    const identity = serviceProviderFor(known.publicUrl, known.identifiers, orgId)
    const isInScope = scope === (known.identifiers === 'shared' ? 'shared' : orgId)
    const isRepeated = identities.some(({ entityId }) => entityId === identity.entityId)
    if (isInScope && !isRepeated) identities.push(identity)
  }
  return identities
}
