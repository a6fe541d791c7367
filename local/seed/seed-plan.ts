import { issueApiKey } from '#shared/admin/api-key.ts'
import type { ConnectionSource } from '#shared/idps/management.ts'
import type { Connection, IdentityProvider } from '#shared/idps/types.ts'
import {
  type IdpId,
  newApiKeyId,
  newCredentialId,
  newIdpId,
  newOrgId,
  type OrgId,
} from '#shared/ids.ts'
import type { Organization } from '#shared/orgs/types.ts'
import type { Product } from '#shared/products/types.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import type { Seed, SeedProvider } from './seed-file.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'
import { describeProvider } from './seed-provider.ts'

export type PlannedOrganization = {
  organization: Organization
  domains: readonly string[]
  identityProviders: readonly IdentityProvider[]
  /** By provider. */
  sources: Readonly<Record<IdpId, ConnectionSource>>
  /** Of the administration API, for an admin. */
  apiKey: string
}

/** A seed with every id, key and secret in it: all that can be random or change has been settled. */
export type Plan = {
  organizations: readonly PlannedOrganization[]
  products: readonly { product: Product; credential: string }[]
}

type SeedOrganization = Seed['organizations'][number]
type Path = readonly (string | number)[]

/** Reads or fetches the metadata of all providers, and gives ids and credentials. */
export async function planSeed(seed: Seed): Promise<Result<Plan, readonly SeedProblem[]>> {
  const problems: SeedProblem[] = []
  const organizations = await Promise.all(
    seed.organizations.map((one, o) => planOrganization(one, ['organizations', o], problems)),
  )
  problems.push(...repeatedEntityIds(organizations))
  const products = seed.products.map(
    ({ credential = issueCredential(newCredentialId()).credential, ...product }) => ({
      product,
      credential,
    }),
  )
  return problems.length > 0 ? fail(problems) : ok({ organizations, products })
}

async function planOrganization(
  { id, name, domains, defaultProduct, identityProviders, apiKey }: SeedOrganization,
  path: Path,
  problems: SeedProblem[],
): Promise<PlannedOrganization> {
  const organization = { id: (id as OrgId | undefined) ?? newOrgId(), name, defaultProduct }
  const planned = await Promise.all(
    identityProviders.map(async (provider, i) => {
      const described = await describeProvider(provider, [...path, 'identityProviders', i])
      if (described.ok) {
        const idp = planProvider(provider, described.value, organization, domains)
        return [{ idp, source: sourceOf(provider) }]
      }
      problems.push(...described.error)
      return []
    }),
  )
  return {
    organization,
    domains,
    identityProviders: planned.flat().map(({ idp }) => idp),
    sources: Object.fromEntries(planned.flat().map(({ idp, source }) => [idp.id, source])),
    apiKey: apiKey ?? issueApiKey(newApiKeyId()).apiKey,
  }
}

/** Metadata that a seed fetches by http is not fetched again: the schedule takes https only. */
function sourceOf({ metadataUrl, parameters }: SeedProvider): ConnectionSource {
  if (metadataUrl?.startsWith('https://')) return { kind: 'url', url: metadataUrl }
  return { kind: parameters ? 'parameters' : 'file' }
}

const planProvider = (
  {
    id,
    metadata,
    metadataFile,
    metadataUrl,
    parameters,
    attributeNames,
    ...settings
  }: SeedProvider,
  connection: Connection,
  { id: orgId, defaultProduct }: Organization,
  verifiedDomains: readonly string[],
): IdentityProvider => ({
  id: (id as IdpId | undefined) ?? newIdpId(), // the schema has checked its form
  orgId,
  state: 'active',
  ...settings,
  ...connection,
  verifiedDomains,
  defaultProduct,
  attributeNames: attributeNames ?? {},
})

/** A response names its provider by the entity ID alone. */
function repeatedEntityIds(organizations: readonly PlannedOrganization[]) {
  const seen = new Set<string>()
  return organizations.flatMap(({ identityProviders }, o) =>
    identityProviders.flatMap(({ identifiers, orgId, entityId }, i) => {
      const key = `${identifiers === 'shared' ? 'shared' : orgId} ${entityId}`
      const isRepeated = seen.has(key)
      seen.add(key)
      const path = ['organizations', o, 'identityProviders', i]
      return isRepeated
        ? [seedProblem(path, `has the entity ID of another provider: ${entityId}`)]
        : []
    }),
  )
}
