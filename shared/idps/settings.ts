import { isDeepStrictEqual } from 'node:util'
import type { Result } from '../result.ts'
import { ok } from '../result.ts'
import { changeProvider, type Target } from './change-provider.ts'
import { type ProviderRefusal, refused, type SettingProblem } from './errors.ts'
import type { Owner, ProviderRecord, ProviderStore } from './ports.ts'
import type { IdentityProvider, ProviderSettings } from './types.ts'

/** Names of all settings: what is none of them is the provider's, or ours. */
const names = [
  'name',
  'kind',
  'identifiers',
  'allowsUnsolicited',
  'clockSkewSeconds',
  'signsRequests',
  'allowsSha1',
  'requiresEncryption',
  'expiredCertificates',
  'defaultProduct',
  'attributeNames',
  'routedDomains',
] as const satisfies readonly (keyof ProviderSettings)[]

/** The part of a provider that an admin decides. */
export const settingsOf = (idp: IdentityProvider): ProviderSettings =>
  Object.fromEntries(
    names.flatMap((name) => (idp[name] === undefined ? [] : [[name, idp[name]]])),
  ) as ProviderSettings // the names are those of the type

/** A provider with these settings in place of the ones it had. */
export function withSettings(idp: IdentityProvider, settings: ProviderSettings): IdentityProvider {
  const others = Object.entries(idp).filter(([name]) => !isSetting(name))
  return { ...(Object.fromEntries(others) as typeof idp), ...settings }
}

const isSetting = (name: string) => (names as readonly string[]).includes(name)

/**
 * What settings name and the organization does not have. What was so before is let be: a product
 * may have been taken from the catalogue since.
 */
export function settingProblems(
  settings: ProviderSettings,
  owner: Owner,
  before?: ProviderSettings,
): readonly SettingProblem[] {
  const { defaultProduct, routedDomains = [] } = settings
  const isKnown = owner.products.has(defaultProduct) || before?.defaultProduct === defaultProduct
  const product = {
    field: 'defaultProduct',
    cause: 'product_unknown',
    got: defaultProduct,
  } as const
  const domains = routedDomains.flatMap((domain, index) =>
    owner.domains.includes(domain) || before?.routedDomains?.includes(domain)
      ? []
      : [{ field: `routedDomains[${index}]`, cause: 'domain_unknown', got: domain } as const],
  )
  return isKnown ? domains : [product, ...domains]
}

/** Reads the settings that an admin wants, from the ones there are. */
export type ReviseSettings = (
  before: ProviderSettings,
) => Result<ProviderSettings, readonly SettingProblem[]>

/**
 * Changes settings. With other identifiers of ours a provider goes on to be found by the former ones
 * too, until an admin says that it has been told (R11).
 *
 * @param publicUrl our address now
 */
export async function changeSettings(
  store: Pick<ProviderStore, 'find' | 'change' | 'findOwner'>,
  target: Target,
  { revise, publicUrl }: { revise: ReviseSettings; publicUrl: string },
): Promise<Result<ProviderRecord, ProviderRefusal>> {
  const owner = await store.findOwner(target.orgId)
  if (!owner) return refused('organization_unknown')
  return changeProvider(store, target, ({ idp, management }) => {
    const before = settingsOf(idp)
    const revised = revise(before)
    if (!revised.ok) return refused('settings_refused', revised.error)
    const problems = settingProblems(revised.value, owner, before)
    if (problems.length > 0) return refused('settings_refused', problems)
    if (isDeepStrictEqual(revised.value, before)) return ok(undefined)
    const { knownAs = { publicUrl, identifiers: before.identifiers } } = idp
    const next = { ...withSettings(idp, revised.value), knownAs }
    return ok({ idp: next, management, event: 'updated' })
  })
}
