import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newGroupId, newOrgId, newUserId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import { MAX_MEMBERS } from '#shared/scim/documents/members.ts'
import { changeScimGroup, type Revised } from '#shared/scim/groups/change-group.ts'
import { removeScimGroup } from '#shared/scim/groups/remove-group.ts'
import type {
  ChangedGroup,
  FoundGroup,
  GroupWriteError,
  MemberChange,
  ScimGroupStore,
} from '#shared/scim/ports.ts'
import type { Member, ScimAct, ScimCaller, ScimGroup } from '#shared/scim/types.ts'

const directoryId = newDirectoryId(newOrgId())
const group: ScimGroup = {
  ...{ id: newGroupId(), directoryId, document: { displayName: 'g' }, version: 3 },
  ...{ memberCount: 1, createdMs: 1, modifiedMs: 1 },
}
const found: FoundGroup = { group, among: [], guard: { deactivated: {}, removed: {} } }
const act: ScimAct = {
  actor: 'test',
  nowMs: 1,
  request: { requestId: 'r', tokenId: 'sct_1', method: 'PATCH', path: '/Groups' },
}
const caller = {
  directory: { id: directoryId, guard: { share: 20, atLeast: 20 } },
} as ScimCaller // nothing else of it matters here

const user = (): Member => ({ id: newUserId(), type: 'User' })

/** A store that answers changes in this order. */
function portsOf(
  outcomes: readonly (GroupWriteError | 'done')[],
  left: FoundGroup | undefined = found,
) {
  const changes: MemberChange[] = []
  const paused: string[] = []
  let at = 0
  const outcome = () => outcomes[Math.min(at++, outcomes.length - 1)] ?? 'done'
  const write = async () => {
    const one = outcome()
    const changed: ChangedGroup = { group, added: [], removed: [] }
    return one === 'done' ? ok(changed) : fail(one)
  }
  const store: Partial<ScimGroupStore> = {
    find: async () => left,
    members: async () => [],
    change: ({ members }) => {
      changes.push(members)
      return write()
    },
    replace: write,
    remove: async () => {
      const one = outcome()
      return one === 'done' ? undefined : one
    },
  }
  const ports = {
    groups: store as ScimGroupStore, // the others are not called
    users: { count: async () => 1000 },
    pause: async ({ id }: { id: string }) => void paused.push(id),
  }
  return { ports, changes, paused, tries: () => at }
}

const nobody = { add: [], remove: [], removeWhere: [] }
const change = (
  { ports }: ReturnType<typeof portsOf>,
  members: Partial<Revised['members']>,
  more: Partial<Parameters<typeof changeScimGroup>[1]> = {},
) =>
  changeScimGroup(ports, {
    ...{ caller, act, found, named: [], status: 204 },
    call: { ifMatch: undefined, ifNoneMatch: undefined, baseUrl: 'https://x' },
    revise: (document) => ok({ document, members: { ...nobody, ...members } }),
    ...more,
  })

const errorOf = (result: Awaited<ReturnType<typeof change>>) =>
  result.ok ? assert.fail('it is done') : result.error

describe('changeScimGroup', () => {
  test('tries again where somebody else was faster, and gives up after eight times', async () => {
    const twice = portsOf(['changed_meanwhile', 'changed_meanwhile', 'done'])
    assert.ok((await change(twice, {})).ok)
    assert.equal(twice.tries(), 3)
    const always = portsOf(['changed_meanwhile'])
    const error = errorOf(await change(always, {}))
    assert.deepEqual([error.status, error.retryAfter], [503, 1])
    assert.equal(always.tries(), 8)
  })

  test('tells that the group has gone meanwhile', async () => {
    const gone = { ...portsOf(['changed_meanwhile']) }
    gone.ports.groups.find = async () => undefined
    assert.equal(errorOf(await change(gone, {})).status, 404)
    assert.equal(errorOf(await change(portsOf(['group_unknown']), {})).status, 404)
    assert.equal(errorOf(await change(portsOf([]), {}, { found: undefined })).status, 404)
  })

  test('tells what the store refuses', async () => {
    const rows = [
      ['name_taken', 409],
      ['busy', 503],
      ['too_many_changes', 413],
    ] as const
    for (const [refused, status] of rows) {
      assert.equal(errorOf(await change(portsOf([refused]), { replace: [] })).status, status)
    }
  })

  test('asks how many users there are where the guard has no room, and pauses then', async () => {
    const remove = [newUserId()]
    const later = portsOf(['guarded', 'done'])
    assert.ok((await change(later, { remove })).ok)
    assert.deepEqual(later.paused, [])
    const never = portsOf(['guarded'])
    assert.equal(errorOf(await change(never, { remove })).status, 503)
    assert.deepEqual(never.paused, [directoryId])
  })

  test('leaves out who is known to be there already, or not to be there', async () => {
    const [ada, bob, eve, joe] = [user(), user(), user(), user()]
    const store = portsOf(['done'])
    const given = ({ id: value }: Member) => ({ value })
    await change(
      store,
      { add: [ada, bob].map(given), remove: [eve.id, joe.id, 'x'] },
      { found: { ...found, among: [ada, eve] }, named: [ada, bob, eve, joe].map(({ id }) => id) },
    )
    assert.deepEqual(store.changes, [{ add: [bob], remove: [eve.id] }])
  })

  test('refuses more members than a request can write', async () => {
    const remove = Array.from({ length: MAX_MEMBERS }, () => newUserId())
    const store = portsOf(['done'])
    const error = errorOf(await change(store, { add: [{ value: newUserId() }], remove }))
    assert.equal(error.status, 413)
    assert.equal(store.tries(), 0)
  })
})

describe('removeScimGroup', () => {
  const remove = (store: ReturnType<typeof portsOf>) =>
    removeScimGroup(store.ports, {
      ...{ caller, act, found },
      call: { ifMatch: undefined, ifNoneMatch: undefined },
    })

  test('tries again where somebody else was faster, and gives up after eight times', async () => {
    assert.ok((await remove(portsOf(['changed_meanwhile', 'done']))).ok)
    const always = portsOf(['changed_meanwhile'])
    const removed = await remove(always)
    assert.equal(!removed.ok && removed.error.status, 503)
    assert.equal(always.tries(), 8)
  })

  test('tells that the group has gone meanwhile', async () => {
    const gone = portsOf(['changed_meanwhile'])
    gone.ports.groups.find = async () => undefined
    for (const store of [gone, portsOf(['group_unknown'])]) {
      const removed = await remove(store)
      assert.equal(!removed.ok && removed.error.status, 404)
    }
  })
})
