import type { Seed, SeedProvider } from './seed-file.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'

type Path = readonly (string | number)[]
type Named = { path: Path; value: string | undefined }

/** What a schema cannot say: values that must differ, and values that must exist elsewhere. */
export const inconsistencies = (seed: Seed): readonly SeedProblem[] => [
  ...repetitions(seed.products.map(({ key }, p) => named(['products', p, 'key'], key))),
  ...repetitions(seed.products.map(credentialId)),
  ...repetitions(seed.organizations.map(({ id }, o) => named(['organizations', o, 'id'], id))),
  ...repetitions(seed.organizations.flatMap(domains)),
  ...repetitions(providersOf(seed).map(({ path, id }) => named([...path, 'id'], id))),
  ...missingProducts(seed),
  ...providersOf(seed).flatMap(sourceProblems),
]

const named = (path: Path, value: string | undefined): Named => ({ path, value })

const credentialId = ({ credential }: Seed['products'][number], p: number) =>
  named(['products', p, 'credential'], credential?.split('_', 2).join('_'))

const domains = (organization: Seed['organizations'][number], o: number) =>
  organization.domains.map((domain, d) => named(['organizations', o, 'domains', d], domain))

const providersOf = ({ organizations }: Seed) =>
  organizations.flatMap(({ identityProviders }, o) =>
    identityProviders.map((provider, i) => ({
      ...provider,
      path: ['organizations', o, 'identityProviders', i] as Path,
    })),
  )

function repetitions(all: readonly Named[]): readonly SeedProblem[] {
  const seen = new Set<string>()
  return all.flatMap(({ path, value }) => {
    if (value === undefined) return []
    if (seen.has(value)) return [seedProblem(path, `occurs twice: ${value}`)]
    seen.add(value)
    return []
  })
}

function missingProducts({ organizations, products }: Seed): readonly SeedProblem[] {
  const keys = new Set(products.map(({ key }) => key))
  return organizations.flatMap(({ defaultProduct }, o) =>
    keys.has(defaultProduct)
      ? []
      : [seedProblem(['organizations', o, 'defaultProduct'], `no product ${defaultProduct}`)],
  )
}

const sources = ['metadata', 'metadataFile', 'metadataUrl', 'parameters'] as const

function sourceProblems({ path, ...provider }: SeedProvider & { path: Path }) {
  const given = sources.filter((source) => provider[source] !== undefined)
  if (given.length === 1) return []
  const found = given.length === 0 ? 'none of them' : given.join(' and ')
  return [seedProblem(path, `needs one of ${sources.join(', ')}; it has ${found}`)]
}
