import type { IdpId, UserId } from '../ids.ts'
import type { KeptGroups, PeopleStore, Person, PersonState } from '../products/rule-ports.ts'
import type { User } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { condition } from './item-writes.ts'
import { queryAll, queryPage } from './query.ts'
import { accessOf, attributesIn } from './seat-items.ts'
import { transact } from './transact.ts'

/** People as group rules see them. */
export const dynamoPeople = (directory: string): PeopleStore => ({
  async findProviders(orgId) {
    const { pk } = directoryKeys.idpCount(orgId)
    const rows = await queryAll(directory, { pk, prefix: 'idp_' })
    return new Set(rows.map(({ sk }) => sk as IdpId))
  },

  find: (person, providers) => find(directory, person, providers),

  async list(orgId, page) {
    const { pk } = directoryKeys.email(orgId, '')
    const { items, next } = await queryPage(directory, { pk, ...page })
    const rows = items as { pk: string; sk: string; userId: UserId }[]
    const people = rows.map(({ sk: place, userId }) => ({ userId, place }))
    return { people, ...(next !== undefined && { next }) }
  },

  async saveAttributes({ orgId, userId }, attributes) {
    await transact([
      { ConditionCheck: isThere(directory, { orgId, userId }) },
      {
        Update: {
          TableName: directory,
          Key: toItem(directoryKeys.userProducts(orgId, userId)),
          UpdateExpression: 'SET #attributes = :attributes',
          ExpressionAttributeNames: { '#attributes': 'attributes' },
          ExpressionAttributeValues: toItem({ ':attributes': attributes }),
        },
      },
    ])
  },
})

const isThere = (table: string, { orgId, userId }: Person) =>
  condition(table, {
    key: directoryKeys.user(orgId, userId),
    condition: 'attribute_exists(#pk) AND #state <> :deleted',
    values: { deleted: 'deleted' },
  })

async function find(
  directory: string,
  { orgId, userId }: Person,
  providers: ReadonlySet<IdpId>,
): Promise<PersonState | undefined> {
  const { pk } = directoryKeys.user(orgId, userId)
  const [[user, summary], accesses, groups] = await Promise.all([
    readItems([
      { table: directory, key: directoryKeys.user(orgId, userId) },
      { table: directory, key: directoryKeys.userProducts(orgId, userId) },
    ]),
    queryAll(directory, { pk, prefix: 'access#' }),
    queryAll(directory, { pk, prefix: 'groups#' }),
  ])
  const { state, directories } = (user ?? { state: 'deleted' }) as StoredPerson
  if (state === 'deleted') return undefined
  const asserted = groups.map(keptOf).filter(({ idpId }) => providers.has(idpId))
  return {
    ...{ orgId, userId, state, attributes: attributesIn(summary) },
    groups: directories
      ? [...asserted, ...(await groupsOfDirectories(directory, { orgId, userId }))]
      : asserted,
    accesses: accesses.flatMap((item) => accessOf(item) ?? []),
  }
}

type StoredPerson = { state: string } & Pick<User, 'directories'>

/** Few people are provisioned where many sign in: what reads this is loaded once one is. */
async function groupsOfDirectories(directory: string, { orgId, userId: personId }: Person) {
  const { readDirectoryGroups } = await import('./scim-groups-above.ts')
  return readDirectoryGroups(directory, { orgId, personId })
}

function keptOf(item: object): KeptGroups {
  const { idpId, names, digest, at } = item as KeptGroups
  return { idpId, names, digest, at }
}
