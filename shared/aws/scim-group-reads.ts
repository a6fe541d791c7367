import type { DirectoryId, GroupId } from '../ids.ts'
import { isGroupId } from '../ids.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import { guardCountsOf } from '../scim/guard.ts'
import type { FoundGroup } from '../scim/ports.ts'
import type { IndexKey, MemberId, ScimGroup } from '../scim/types.ts'
import { readItems } from './dynamo.ts'
import { groupOf } from './scim-group-items.ts'
import { scimKeys } from './scim-keys.ts'
import { membersIn, memberWanted, readMembersAmong } from './scim-member-reads.ts'
import { inPortions, queryUpTo } from './scim-queries.ts'

/** What one key of a filter leads to, at most. */
const MAX_FOUND = 20_000
/** Keys that one BatchGetItem takes, but for the group's and the guard's. */
const MEMBERS_BESIDE = 98

/** A group, the guard of its directory, and which of some are members: one call for up to 98. */
export async function findGroup(
  table: string,
  directory: DirectoryId,
  id: GroupId,
  among: readonly MemberId[],
): Promise<FoundGroup | undefined> {
  const place = { table, directory, id }
  const beside = among.slice(0, MEMBERS_BESIDE)
  const [[item, guard, ...rows], others] = await Promise.all([
    readItems([
      { table, key: scimKeys.group(directory, id) },
      { table, key: scimKeys.guard(directory) },
      ...beside.map((member) => memberWanted(place, member)),
    ]),
    readMembersAmong(place, among.slice(beside.length)),
  ])
  const group = groupOf(item)
  return (
    group && { group, among: [...membersIn(rows), ...others], guard: guardCountsOf({ ...guard }) }
  )
}

/** Groups by id, in the order asked for; those that are no more are left out. */
export async function findGroups(
  table: string,
  directory: DirectoryId,
  ids: readonly GroupId[],
): Promise<ScimGroup[]> {
  const items = await inPortions(ids, (some) =>
    readItems(some.map((id) => ({ table, key: scimKeys.group(directory, id) }))),
  )
  return items.flatMap((item) => groupOf(item) ?? [])
}

/** Groups that a key leads to. */
export async function groupIdsBy(
  table: string,
  directory: DirectoryId,
  key: IndexKey,
): Promise<{ ids: readonly GroupId[]; isAll: boolean }> {
  if ('startsWith' in key) {
    if (key.by !== 'displayName') return none
    const { pk, sk: prefix } = scimKeys.groupNamePrefix(directory, key.startsWith)
    return idsIn(table, { pk, ...(prefix !== '' && { prefix }) })
  }
  switch (key.by) {
    case 'id':
      return { ids: isGroupId(key.value) ? [key.value] : [], isAll: true }
    case 'displayName':
      return named(table, directory, key.value)
    case 'externalId':
      return idsIn(table, { pk: scimKeys.groupExternalId(directory, key.value, 'grp_').pk })
    case 'member': {
      const member = memberOf(key.value)
      if (!member) return none
      const { pk } = scimKeys.membership(directory, member.id, 'grp_')
      return idsIn(table, { pk })
    }
    default:
      return none
  }
}

/** No group has a userName, an e-mail, or is a member in the list of a user's groups. */
const none = { ids: [], isAll: true }

async function named(table: string, directory: DirectoryId, name: string) {
  const [row] = await readItems([{ table, key: scimKeys.groupName(directory, name) }])
  return { ids: row ? [groupIdOf(row)] : [], isAll: true }
}

async function idsIn(table: string, partition: { pk: string; prefix?: string }) {
  const { items, isAll } = await queryUpTo(table, partition, MAX_FOUND)
  return { ids: items.map(groupIdOf), isAll }
}

/** Lookup rows say whose they are; of a membership the sort key does. */
export const groupIdOf = (row: object): GroupId => {
  const { groupId, sk } = row as { groupId?: GroupId; sk: string }
  return groupId ?? (sk as GroupId)
}
