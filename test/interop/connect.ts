import assert from 'node:assert/strict'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import type { Provider, Treatment } from './providers.ts'
import { type Binding, bindingUris } from './sp-messages.ts'

/** The domain of the mail addresses of all people at the providers. */
export const mailDomain = 'school.example'

type Described = { readonly entityId: string; readonly metadataXml: string }

type Options = {
  readonly treatment?: Treatment
  /** Instead of `treatment`, where a product has more to set. */
  readonly trust?: (serviceProvider: Described) => void
  /** The only binding of our logout service that the provider is told of. */
  readonly logoutBinding?: Binding
}

/**
 * An organization and its provider that know each other, as their administrators would see to it:
 * each has the other's metadata. Identifiers are the organization's own, so that any number of them
 * can have the same provider.
 */
export async function connectTenant(
  provider: Provider,
  settings: Partial<IdentityProvider> = {},
  { treatment, trust, logoutBinding }: Options = {},
): Promise<Tenant> {
  const tenant = await newTenant({
    ...(await connectionOf(provider)),
    identifiers: 'organization',
    verifiedDomains: [mailDomain],
    ...settings,
  })
  const { entityId } = tenant.serviceProvider
  const ours = await (await fetch(entityId)).text()
  const metadataXml = logoutBinding ? withOneLogoutService(ours, logoutBinding) : ours
  const trusts = trust ?? ((one) => provider.trustServiceProvider({ ...one, ...treatment }))
  trusts({ entityId, metadataXml })
  return tenant
}

/** What the provider's metadata says at this moment. */
export async function connectionOf({ metadataUrl }: Provider) {
  const bytes = Buffer.from(await (await fetch(metadataUrl)).arrayBuffer())
  const metadata = readMetadata(bytes, toSeconds(epochMilliseconds()))
  assert.ok(metadata.ok, JSON.stringify(metadata))
  return metadata.value.connection
}

const withOneLogoutService = (metadataXml: string, binding: Binding) =>
  metadataXml.replace(/<md:SingleLogoutService [^>]*>/g, (service) =>
    service.includes(`"${bindingUris[binding]}"`) ? service : '',
  )
