import type { IdentifierScope } from '../idps/types.ts'
import type { OrgId } from '../ids.ts'

/** One of our identities as a service provider (R10). */
export type ServiceProvider = { entityId: string; acsUrl: string }

/** The vendor-wide service provider, or the one of an organization. */
export function serviceProvider(publicUrl: string, orgId?: string): ServiceProvider {
  const base = orgId === undefined ? `${publicUrl}/saml` : `${publicUrl}/saml/${orgId}`
  return { entityId: `${base}/sp`, acsUrl: `${base}/acs` }
}

/** Whom a provider knows us as. */
export const serviceProviderFor = (publicUrl: string, scope: IdentifierScope, orgId: OrgId) =>
  serviceProvider(publicUrl, scope === 'shared' ? undefined : orgId)
