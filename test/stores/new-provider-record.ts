import type { Management } from '#shared/idps/management.ts'
import type { ProviderRecord } from '#shared/idps/ports.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { newProvider, now } from './new-sign-in.ts'

/** A provider as it is when it comes to exist. */
export const newProviderRecord = (
  changes: Partial<IdentityProvider> = {},
  management: Management = { source: { kind: 'parameters' } },
): ProviderRecord => ({
  idp: newProvider({ state: 'inactive', ...changes }),
  management,
  createdAt: now,
  revisions: { idp: 1, management: 1 },
})
