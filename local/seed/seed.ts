import type { LocalStack } from '#local/stack.ts'
import { readApiKey } from '#shared/admin/api-key.ts'
import { dynamoApiKeyManagement } from '#shared/aws/api-key-management.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { type Key, readItems } from '#shared/aws/dynamo.ts'
import type { Product } from '#shared/products/types.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { readCredential } from '#shared/tokens/product-credential.ts'
import { resourcesOf, type Seeded, seededStack } from './seed-answer.ts'
import { conflicts } from './seed-conflicts.ts'
import type { Seed } from './seed-file.ts'
import { type Plan, type PlannedOrganization, planSeed } from './seed-plan.ts'
import type { SeedProblem } from './seed-problem.ts'
import { hashOf, type SeedRecord } from './seed-record.ts'

/**
 * Fills a stack with a seed and answers what is in it. A stack that has been given the same seed
 * before is left as it is and gets the same answer, with the addresses that it has now.
 *
 * The SDK client of shared/aws reads the environment of this process once: one process can seed one
 * stack.
 */
export async function seedStack(
  stack: LocalStack,
  seed: Seed,
  record: SeedRecord,
): Promise<Result<Seeded, readonly SeedProblem[]>> {
  const hash = hashOf(seed)
  const recorded = record.find(hash)
  if (recorded?.isApplied) return ok(seededStack(stack, recorded.plan))
  useCredentials(stack)
  const { directoryTable } = resourcesOf(stack)
  const planned = recorded ? ok(recorded.plan) : await planFresh(seed, directoryTable)
  if (!planned.ok) return planned
  const plan = planned.value
  record.save({ hash, plan, isApplied: false })
  await apply(plan, allProducts(record), directoryTable)
  record.save({ hash, plan, isApplied: true })
  return ok(seededStack(stack, plan))
}

/** Whatever account this terminal is signed in to, it is not meant. */
function useCredentials(stack: LocalStack) {
  delete process.env['AWS_PROFILE']
  delete process.env['AWS_SESSION_TOKEN']
  const variables = Object.entries(stack.environmentOf('saml-acs'))
  Object.assign(
    process.env,
    Object.fromEntries(variables.filter(([name]) => name.startsWith('AWS_'))),
  )
}

async function planFresh(seed: Seed, directoryTable: string) {
  const planned = await planSeed(seed)
  if (!planned.ok) return planned
  const problems = await conflicts(planned.value, directoryTable)
  return problems.length > 0 ? fail(problems) : planned
}

/** The catalogue is one item: writing it for one seed must not drop what another one needs. */
const allProducts = (record: SeedRecord): readonly Product[] => [
  ...new Map(
    record
      .all()
      .flatMap(({ plan }) => plan.products)
      .map(({ product }) => [product.key, product]),
  ).values(),
]

/** May be done again: after a crash it goes on with what is not there. */
async function apply(plan: Plan, products: readonly Product[], directoryTable: string) {
  const configuration = dynamoConfiguration(directoryTable)
  await configuration.saveProducts(products)
  for (const { product, credential } of plan.products) {
    const presented = readCredential(credential)
    if (!presented) throw new Error('a planned credential must be one of ours')
    await configuration.saveCredential({ ...presented, product: product.key })
  }
  for (const planned of plan.organizations) await create(planned, configuration, directoryTable)
}

async function create(
  { organization, domains, identityProviders, sources, apiKey }: PlannedOrganization,
  configuration: ReturnType<typeof dynamoConfiguration>,
  table: string,
) {
  const act = { actor: 'seed', at: toSeconds(epochMilliseconds()) }
  const isThere = async (key: Key) => (await readItems([{ table, key }]))[0] !== undefined
  const isCreated = await isThere(directoryKeys.organization(organization.id))
  refuse(
    isCreated
      ? await configuration.addDomains(organization.id, domains, act)
      : await configuration.createOrganization(organization, domains, act),
  )
  for (const provider of identityProviders) {
    if (await isThere(directoryKeys.idp(provider.id))) continue
    const source = sources[provider.id] ?? { kind: 'parameters' }
    refuse(await configuration.createIdentityProvider(provider, act, { source }))
  }
  const read = readApiKey(apiKey)
  if (!read) throw new Error('a planned API key must be one of ours')
  if (await isThere(directoryKeys.apiKey(read.id))) return
  const key = { ...read, orgId: organization.id, label: 'Seed', createdAt: act.at }
  await dynamoApiKeyManagement(table).create({ ...key, role: 'admin' }, act.actor)
}

/** Conflicts have been looked for: only somebody who writes at the same time can cause one now. */
function refuse(error: string | undefined) {
  if (error) throw new Error(`The stack was changed while it was seeded: ${error}`)
}
