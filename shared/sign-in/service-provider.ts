import type { IdentifierScope, IdentityProvider } from '../idps/types.ts'
import type { OrgId } from '../ids.ts'

/** One of our identities as a service provider (R10). */
export type ServiceProvider = { entityId: string; acsUrl: string; sloUrl: string }

/** The vendor-wide service provider, or the one of an organization. */
export function serviceProvider(publicUrl: string, orgId?: string): ServiceProvider {
  const base = orgId === undefined ? `${publicUrl}/saml` : `${publicUrl}/saml/${orgId}`
  return { entityId: `${base}/sp`, acsUrl: `${base}/acs`, sloUrl: `${base}/slo` }
}

/** Our identity at one of our addresses, by a scope of our identifiers. */
export const serviceProviderFor = (publicUrl: string, scope: IdentifierScope, orgId: OrgId) =>
  serviceProvider(publicUrl, scope === 'shared' ? undefined : orgId)

/**
 * Whom a provider knows us as: what we are now, unless it was told something else and no admin has
 * said yet that it knows better (R11).
 */
export function serviceProviderKnownTo(
  { knownAs, identifiers, orgId }: Pick<IdentityProvider, 'identifiers' | 'knownAs' | 'orgId'>,
  publicUrl: string,
): ServiceProvider {
  const known = knownAs ?? { publicUrl, identifiers }
  return serviceProviderFor(known.publicUrl, known.identifiers, orgId)
}
