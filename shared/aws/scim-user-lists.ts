import {
  type DirectoryId,
  type GroupId,
  isGroupId,
  isUserId,
  orgOfDirectory,
  type UserId,
} from '../ids.ts'
import type { Lists } from '../scim/ports.ts'
import type { IndexKey, ScimUser } from '../scim/types.ts'
import { fold } from '../users/fold.ts'
import { readItems } from './dynamo.ts'
import { queryAll, queryPage } from './query.ts'
import { findGroups } from './scim-group-reads.ts'
import { listPrefix, scimKeys } from './scim-keys.ts'
import { inPortions, queryUpTo, skipRows } from './scim-queries.ts'
import { scimUserOf } from './scim-user-items.ts'

/** As long as the part of a folded name that is kept where a name is too long for a key. */
const MAX_PREFIX = 200
/** What one key of a filter leads to, at most. */
const MAX_FOUND = 20_000

const anybody: UserId = 'usr_'

/** Lists of SCIM users, and what leads to them. */
export const scimUserLists = (table: string): Lists<UserId, ScimUser> => ({
  async count(directory) {
    const { pk } = scimKeys.count(directory, '')
    const parts = (await queryAll(table, { pk, prefix: 'u' })) as object[] as { n: number }[]
    return parts.reduce((sum, { n }) => sum + n, 0)
  },

  async page(directory, { after, limit }) {
    // One more than is wanted tells whether there are others.
    const { items } = await queryPage(table, { ...listOf(directory), after, limit: limit + 1 })
    const rows = items.slice(0, limit).map((item) => ({
      id: (item as object as { userId: UserId }).userId,
      place: item.sk,
    }))
    return { rows, hasMore: items.length > limit }
  },

  skip: (directory, count) => skipRows(table, listOf(directory), count),

  idsBy: (directory, key) => idsBy(table, directory, key),

  async findAll(directory, ids) {
    const items = await inPortions(ids, (some) =>
      readItems(some.map((id) => ({ table, key: scimKeys.user(directory, id) }))),
    )
    return items.flatMap((item) => scimUserOf(item) ?? [])
  },
})

const listOf = (directory: DirectoryId) => ({
  pk: `scim-users#${orgOfDirectory(directory)}`,
  prefix: listPrefix(directory),
})

type Ids = { ids: readonly UserId[]; isAll: boolean }

const nobody: Ids = { ids: [], isAll: true }

async function idsBy(table: string, directory: DirectoryId, key: IndexKey): Promise<Ids> {
  if ('startsWith' in key) return byBeginning(table, directory, key.startsWith)
  switch (key.by) {
    case 'id':
      return { ids: isUserId(key.value) ? [key.value] : [], isAll: true }
    case 'userName': {
      const [lock] = await readItems([{ table, key: scimKeys.userName(directory, key.value) }])
      return { ids: lock ? [(lock as { userId: UserId }).userId] : [], isAll: true }
    }
    case 'externalId':
      return byPartition(table, scimKeys.userExternalId(directory, key.value, anybody).pk)
    case 'email':
      return byPartition(table, scimKeys.userEmail(directory, key.value, anybody).pk)
    case 'group':
      return isGroupId(key.value) ? membersOf(table, directory, key.value) : nobody
    case 'displayName':
    case 'member':
      throw new Error(`no key of users: ${key.by}`)
    default:
      return key satisfies never
  }
}

/** Names whose beginning is cut are found by what is kept of them: the filter decides. */
async function byBeginning(table: string, directory: DirectoryId, text: string): Promise<Ids> {
  const { pk } = scimKeys.userName(directory, '')
  const prefix = fold(text)
    .slice(0, MAX_PREFIX)
    .replace(/[\uD800-\uDBFF]$/, '')
  const beginning = prefix === '' ? { pk } : { pk, prefix }
  const { items, isAll } = await queryUpTo(table, beginning, MAX_FOUND)
  return { ids: items.map((item) => (item as object as { userId: UserId }).userId), isAll }
}

async function byPartition(table: string, pk: string): Promise<Ids> {
  const { items, isAll } = await queryUpTo(table, { pk }, MAX_FOUND)
  return { ids: items.map(({ sk }) => sk as UserId), isAll }
}

/** Users that are direct members of a group. Of one that is gone none: memberships go after it. */
async function membersOf(table: string, directory: DirectoryId, group: GroupId): Promise<Ids> {
  const { pk } = scimKeys.member(directory, group, anybody)
  const [found, [there]] = await Promise.all([
    queryUpTo(table, { pk, prefix: anybody }, MAX_FOUND),
    findGroups(table, directory, [group]),
  ])
  if (!there) return nobody
  const { items, isAll } = found
  const members = items.filter((item) => !('removedAt' in item))
  return { ids: members.map(({ sk }) => sk as UserId), isAll }
}
