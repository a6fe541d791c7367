import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newGroupId, newOrgId, newUserId } from '#shared/ids.ts'
import { readProjection } from '#shared/scim/documents/projection.ts'
import { matches } from '#shared/scim/filter/matches.ts'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { knownMemberships } from '#shared/scim/groups/known-memberships.ts'
import { groupSearch, readAllMembers } from '#shared/scim/groups/search-groups.ts'
import { MAX_SHOWN, membersShown } from '#shared/scim/groups/show-groups.ts'
import type { ScimGroupStore } from '#shared/scim/ports.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import type { Member, ScimGroup } from '#shared/scim/types.ts'

const directoryId = newDirectoryId(newOrgId())
const ada: Member = { id: newUserId(), type: 'User' }
const groupOf = (memberCount: number): ScimGroup => ({
  ...{ id: newGroupId(), directoryId, document: {}, version: 1 },
  ...{ memberCount, createdMs: 1, modifiedMs: 1 },
})

const bookmarks = { find: async () => undefined, keep: async () => {} }
const pause = async () => {}

describe('membersShown', () => {
  test('shows what a member is and where, or of very many only who', () => {
    const many = (count: number) => membersShown(Array<Member>(count).fill(ada), 'https://x')
    const first = (count: number) => (many(count).members as readonly object[])[0]
    const whole = { value: ada.id, $ref: `https://x/Users/${ada.id}`, type: 'User' }
    assert.deepEqual(first(MAX_SHOWN), whole)
    assert.deepEqual(first(MAX_SHOWN + 1), { value: ada.id })
    assert.deepEqual(many(0), {})
  })
})

describe('readAllMembers', () => {
  const groups = { members: async () => [ada] } as Partial<ScimGroupStore> as ScimGroupStore

  test('reads as many as one answer holds, or those of one group', async () => {
    const half = groupOf(MAX_SHOWN / 2)
    const read = await readAllMembers(groups, [half, groupOf(MAX_SHOWN / 2), groupOf(0)])
    assert.ok(read.ok)
    assert.deepEqual(read.value(half.id), [ada])
    assert.deepEqual(read.value(newGroupId()), [])
    assert.ok((await readAllMembers(groups, [groupOf(MAX_SHOWN + 1)])).ok)
    const refused = await readAllMembers(groups, [groupOf(MAX_SHOWN), groupOf(1)])
    assert.equal(!refused.ok && refused.error.scimType, 'tooMany')
  })
})

describe('a search of groups', () => {
  test('tells what members are, however many a group has', async () => {
    const nested: Member = { id: newGroupId(), type: 'Group' }
    const members = [...Array<Member>(MAX_SHOWN).fill(ada), nested]
    const groups = { members: async () => members } as Partial<ScimGroupStore> as ScimGroupStore
    const ports = { groups, bookmarks, users: { count: async () => 0 }, pause, now: () => 0 }
    const projection = readProjection(groupType, {})
    const filter = parseFilter(groupType, 'members[type eq "Group"]')
    assert.ok(projection.ok && filter.ok)
    const of = { directory: directoryId, baseUrl: 'https://x', projection: projection.value }
    const seen = await groupSearch(ports, of).seen([groupOf(members.length)], filter.value)
    assert.ok(seen.ok)
    assert.ok(seen.value.every((one) => matches(filter.value, one)))
  })
})

describe('knownMemberships', () => {
  test('does not decide by some of the groups that somebody is in', async () => {
    const store = {
      idsBy: async () => ({ ids: [], isAll: false }),
      membersAmong: async () => [],
    }
    const { among } = knownMemberships(store, directoryId)
    const decided = await among([newGroupId(), newGroupId()], new Set([ada.id]))
    assert.equal(!decided.ok && decided.error.scimType, 'tooMany')
  })
})
