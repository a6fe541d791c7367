import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type DirectoryId,
  type GroupId,
  newDirectoryId,
  newGroupId,
  newOrgId,
} from '#shared/ids.ts'
import { finishGroups } from '#shared/scim/groups/finish-groups.ts'
import type { Unfinished } from '#shared/scim/groups/unfinished-ports.ts'

const act = {
  actor: 'scim:sct_1',
  nowMs: 0,
  request: { requestId: 'r', method: 'PATCH', path: '/Groups' },
} as const
const directoryId: DirectoryId = newDirectoryId(newOrgId())
const due = (groupId: GroupId): Unfinished => {
  return { directoryId, groupId, isDeleted: false, act, dueAt: 0 }
}

describe('finishGroups', () => {
  test('finishes the others where one breaks off, and then fails, so that the alarm tells', async (t) => {
    const lines = t.mock.method(console, 'error', () => {})
    const groups = [newGroupId(), newGroupId(), newGroupId()]
    const finished: GroupId[] = []
    const store = {
      listDue: async () => groups.map(due),
      finish: async ({ groupId }: Unfinished) => {
        if (groupId === groups[0]) throw new Error('it is too busy')
        finished.push(groupId)
        return true
      },
    }
    const clock = { now: () => 1, untilMs: 1000, hasTime: () => true }
    await assert.rejects(finishGroups(store, clock), /1 of 3 visits broke off/)
    assert.deepEqual(finished, groups.slice(1))
    assert.match(JSON.stringify(lines.mock.calls[0]?.arguments), /scim_group_unfinished.*dir_/)
  })
})
