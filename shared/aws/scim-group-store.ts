import { fail, ok, type Result } from '../result.ts'
import { isSame } from '../scim/documents/json.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import type { ChangedGroup, GroupChange, GroupWriteError, ScimGroupStore } from '../scim/ports.ts'
import type { Member, ScimAct, ScimGroup } from '../scim/types.ts'
import { createGroup } from './scim-group-creation.ts'
import { scimGroupLists } from './scim-group-lists.ts'
import { findGroup } from './scim-group-reads.ts'
import { removeGroup } from './scim-group-removal.ts'
import { guardWrite } from './scim-guard-item.ts'
import { type ChangedItems, changeGroup } from './scim-member-change.ts'
import { settleCount } from './scim-member-count.ts'
import { readFirstMembers, readMembers, readMembersAmong } from './scim-member-reads.ts'
import { replaceMembers } from './scim-member-replacement.ts'
import type { Edge } from './scim-member-writes.ts'

/** Groups of SCIM directories; memberships are items, found from both ends (docs/storage.md). */
export const dynamoScimGroups = (table: string): ScimGroupStore => ({
  ...scimGroupLists(table),
  find: (directory, id, among = []) => findGroup(table, directory, id, among),
  members: (directory, id) => readMembers({ table, directory, id }),
  firstMembers: (directory, id) => readFirstMembers({ table, directory, id }),
  membersAmong: (directory, id, members) => readMembersAmong({ table, directory, id }, members),
  create: (group, members, act) => createGroup(table, group, members, act),
  ...revivals(table),

  async change(change, act) {
    const { members, before } = change
    const edges: Edge[] = [
      ...members.add.map((member) => ({ ...member, kind: 'add' as const })),
      ...members.remove.flatMap((id) => withKind(memberOf(id))),
    ]
    const wanted = wantedOf(table, change)
    if (edges.length === 0 && !wanted.document) {
      await settleCount({ table, directory: before.directoryId, id: before.id }, act)
      return ok({ group: before, added: [], removed: [] })
    }
    const version = change.isFenced ? { version: before.version } : {}
    return resultOf(change, await changeGroup(table, { ...wanted, ...version, edges }, act), act)
  },

  async replace(change, act) {
    const { members, before } = change
    const { version } = before
    const replacement = { ...wantedOf(table, change), members, version }
    const isFenced = change.isFenced === true
    const replaced = await replaceMembers(table, { ...replacement, isFenced }, act)
    return resultOf(change, replaced, act)
  },

  remove(group, { isFenced, guard }, act) {
    const version = isFenced ? { version: group.version } : {}
    const { directoryId, memberCount } = group
    const counted = guard && memberCount > 0
    const guards = counted ? [guardWrite(table, directoryId, guard, memberCount)] : []
    return removeGroup(table, group, { ...version, guard: guards }, act)
  },
})

/** They are rare, and all else does without what they need. */
function revivals(table: string): Pick<ScimGroupStore, 'revive' | 'refill'> {
  const load = () => import('./scim-group-revival.ts')
  return {
    revive: async (group, act) => (await load()).reviveGroup(table, group, act),
    refill: async (group, act) => (await load()).refillGroup(table, group, act),
  }
}

const withKind = (member: Member | undefined): Edge[] =>
  member ? [{ ...member, kind: 'remove' }] : []

function wantedOf(table: string, { before, document, status, guard }: GroupChange) {
  return {
    of: before,
    status,
    ...(guard && {
      guard: (removed: number) => [guardWrite(table, before.directoryId, guard, removed)],
    }),
    ...(!isSame(before.document, document) && {
      document: { before: before.document, next: document },
    }),
  }
}

function resultOf(
  { before, document }: GroupChange,
  changed: Result<ChangedItems, GroupWriteError>,
  { nowMs }: ScimAct,
): Result<ChangedGroup, GroupWriteError> {
  if (!changed.ok) return fail(changed.error)
  const { written, versions, members } = changed.value
  const added = written.filter(({ kind }) => kind === 'add').map(({ id, type }) => ({ id, type }))
  const removed = written.filter(({ kind }) => kind === 'remove').map(({ id }) => id)
  const group: ScimGroup = {
    ...before,
    document,
    version: before.version + versions,
    memberCount: before.memberCount + added.length - removed.length,
    ...(versions > 0 && { modifiedMs: nowMs }),
  }
  return ok({ group, added, removed, ...(members && { members }) })
}
