import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type EventType, eventCatalogue } from '#shared/events/catalogue.ts'
import { workOf } from '#shared/scim/following/work.ts'

const actor = 'scim:sct_1'
const member = { orgId: 'org_1', directoryId: 'dir_1', groupId: 'grp_1', actor }
const person = { orgId: 'org_1', userId: 'usr_1', actor }
const walkOf = (id: string) => ({
  ...{ kind: 'group', directoryId: 'dir_1', actor },
  ...{ pending: [id], seen: [id] },
})

describe('workOf', () => {
  for (const change of ['added', 'removed'] as const) {
    const type = `latchkey.group.member-${change}.v1` as const
    test(`is for a user who was ${change}`, () => {
      const work = workOf({ type, data: { ...member, memberId: 'usr_1', type: 'User' } })
      const { orgId: _, ...rest } = member
      assert.deepEqual(work, { kind: 'member', scimUserId: 'usr_1', ...rest })
    })

    test(`is for all who are in a group that was ${change}`, () => {
      const work = workOf({ type, data: { ...member, memberId: 'grp_2', type: 'Group' } })
      assert.deepEqual(work, walkOf('grp_2'))
    })
  }

  const ofGroups = [
    ['has another name', 'latchkey.group.updated.v1'],
    ['has been deleted', 'latchkey.group.deleted.v1'],
  ] as const
  for (const [name, type] of ofGroups) {
    test(`is for all who are in a group that ${name}`, () => {
      assert.deepEqual(workOf({ type, data: { ...member, displayName: 'Crew' } }), walkOf('grp_1'))
    })
  }

  const ofPeople = [
    'latchkey.user.directory-linked.v1',
    'latchkey.user.directory-unlinked.v1',
    'latchkey.user.reactivated.v1',
    'latchkey.user.restored.v1',
  ] as const
  for (const type of ofPeople) {
    test(`is for the person of ${type}`, () => {
      assert.deepEqual(workOf({ type, data: person }), { kind: 'person', ...person })
    })
  }

  test('is none after anything else', () => {
    const types = Object.keys(eventCatalogue) as EventType[]
    const worth = types.filter((type) => workOf({ type, data: { ...member, ...person } }))
    assert.equal(worth.length, 8)
  })
})
