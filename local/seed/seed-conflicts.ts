import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { type Key, readItems } from '#shared/aws/dynamo.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import type { Plan } from './seed-plan.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'

type Claim = { key: Key; path: readonly (string | number)[]; value: string }

/** What a plan would create and the data has already, from another seed. */
export async function conflicts(plan: Plan, table: string): Promise<readonly SeedProblem[]> {
  const problems: SeedProblem[] = []
  const claims = claimsOf(plan)
  for (let from = 0; from < claims.length; from += BATCH) {
    const batch = claims.slice(from, from + BATCH)
    const found = await readItems(batch.map(({ key }) => ({ table, key })))
    for (const [index, { path, value }] of batch.entries()) {
      if (found[index]) problems.push(seedProblem(path, `${value} ${TAKEN}`))
    }
  }
  return problems
}

/** The most that one BatchGetItem takes. */
const BATCH = 100

const TAKEN = 'is in the data already, from another seed: choose another data folder'

const claimsOf = ({ organizations }: Plan): readonly Claim[] =>
  organizations.flatMap(({ organization, domains, identityProviders }, o) => [
    {
      key: directoryKeys.organization(organization.id),
      path: ['organizations', o, 'id'],
      value: organization.id,
    },
    ...domains.map((domain, d) => ({
      key: directoryKeys.domain(domain),
      path: ['organizations', o, 'domains', d],
      value: domain,
    })),
    ...identityProviders.flatMap(({ id, entityId, identifiers, orgId }, i) => [
      {
        key: directoryKeys.idp(id),
        path: ['organizations', o, 'identityProviders', i, 'id'],
        value: id,
      },
      {
        key: directoryKeys.issuer(issuerKey(identifiers === 'shared' ? 'shared' : orgId, entityId)),
        path: ['organizations', o, 'identityProviders', i],
        value: entityId,
      },
    ]),
  ])
