import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type QueryCommandOutput, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { leaveGroups } from '#shared/aws/scim-member-leaving.ts'
import { isUserId, newGroupId, newUserId } from '#shared/ids.ts'
import type { Member, ScimGroup } from '#shared/scim/types.ts'
import { sideBySide } from '#shared/side-by-side.ts'
import { intercept } from './intercept.ts'
import { newAct, newScimDirectory } from './new-scim-directory.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: ReturnType<typeof newScimDirectory>
before(async () => {
  db = await tables()
  house = newScimDirectory(db)
})

const idsOf = (members: readonly { id: string }[]) => members.map(({ id }) => id).toSorted()

const groupsOf = async ({ id }: Member) =>
  (await house.store.idsBy(house.directory, { by: 'member', value: id })).ids

/** The count is what there is, and both ends of each membership say the same. */
async function assertConsistent({ id }: { id: ScimGroup['id'] }, members: readonly Member[]) {
  assert.deepEqual(await house.membersOf(id), idsOf(members))
  assert.equal((await house.find(id))?.memberCount, members.length)
  for (const member of members.slice(0, 20)) {
    assert.ok((await groupsOf(member)).includes(id), member.id)
  }
}

const replace = (group: ScimGroup, members: readonly Member[], isFenced = false) =>
  house.store.replace(
    { before: group, document: group.document, members, isFenced, status: 200 },
    newAct(),
  )

type Transaction = { TransactItems: { Update?: { Key: { sk: { S: string } } } }[] }

/** As in AWS where many write one group: transactions with its own item do not get through. */
function busyGroup(times = Number.POSITIVE_INFINITY) {
  let conflicts = 0
  return intercept('TransactWriteItemsCommand', (_, pass, input) => {
    const { TransactItems: items } = input as Transaction
    const at = items.findIndex(({ Update }) => Update?.Key.sk.S === 'group')
    if (at < 1 || ++conflicts > times) return pass()
    const CancellationReasons = items.map((_item, index) => ({
      Code: index === at ? 'TransactionConflict' : 'None',
    }))
    return Promise.reject(
      new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons,
      }),
    )
  })
}

describe('a group', () => {
  test('is found by id, by name in any case, by externalId and in the list', async () => {
    const made = house.groupNamed('Straße 1', 'ext-1')
    assert.deepEqual(await house.store.create(made, [], newAct()), {
      ok: true,
      value: { group: made, members: [] },
    })
    assert.deepEqual(await house.find(made.id), made)
    const keys = [
      { by: 'id', value: made.id },
      { by: 'displayName', value: 'STRAße 1' },
      { by: 'displayName', startsWith: 'stra' },
      { by: 'externalId', value: 'ext-1' },
    ] as const
    for (const key of keys) {
      const found = await house.store.idsBy(house.directory, key)
      assert.deepEqual(found, { ids: [made.id], isAll: true }, key.by)
    }
    const nobody = [
      { by: 'id', value: 'x' },
      { by: 'displayName', value: 'Stra' },
      { by: 'displayName', startsWith: 'tra' },
      { by: 'externalId', value: 'EXT-1' },
      { by: 'member', value: 'ada' },
      { by: 'userName', value: 'Straße 1' },
      { by: 'userName', startsWith: 'stra' },
    ] as const
    for (const key of nobody) {
      assert.deepEqual((await house.store.idsBy(house.directory, key)).ids, [], key.by)
    }
    const all = await house.store.idsBy(house.directory, { by: 'displayName', startsWith: '' })
    assert.ok(all.ids.includes(made.id))
  })

  test('has a name that no other one of its directory has, in any letter case', async () => {
    const made = await house.group([], 'Sales')
    const second = house.groupNamed('SALES')
    const refused = { ok: false, error: 'name_taken' }
    assert.deepEqual(await house.store.create(second, [], newAct()), refused)
    assert.equal(await house.find(second.id), undefined)
    const other = await house.group()
    const rename = (before: ScimGroup, displayName: string) =>
      house.store.change(
        {
          before,
          document: { displayName },
          members: { add: [], remove: [] },
          status: 204,
        },
        newAct(),
      )
    assert.deepEqual(await rename(other, 'sales'), refused)
    assert.ok((await rename(made, 'Vendite')).ok)
    assert.ok((await rename(other, 'sales')).ok)
    assert.equal((await house.find(other.id))?.document['displayName'], 'sales')
    assert.equal((await house.find(other.id))?.version, 2)
    assert.deepEqual(await rename(made, 'Again'), { ok: false, error: 'changed_meanwhile' })
    const elsewhere = newScimDirectory(db)
    await elsewhere.group([], 'Sales')
  })

  test('of 20 that are made at once with one name exists once', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        house.store.create(house.groupNamed(at % 2 ? 'Race' : 'RACE'), [], newAct()),
      ),
    )
    assert.equal(made.filter(({ ok }) => ok).length, 1)
    assert.ok(made.every((one) => one.ok || one.error === 'name_taken'))
  })

  test('is listed in the order in which it came, and counted, until it is deleted', async () => {
    const own = newScimDirectory(db)
    const groups: ScimGroup[] = []
    for (const _ of [1, 2, 3]) groups.push(await own.group())
    const [first, second, third] = groups
    assert.ok(first && second && third)
    const rows = async (from: { after?: string; limit: number }) => {
      const page = await own.store.page(own.directory, from)
      return { ids: page.rows.map(({ id }) => id), ...page }
    }
    const page = await rows({ limit: 2 })
    assert.deepEqual([page.ids, page.hasMore], [[first.id, second.id], true])
    const after = page.rows.at(-1)?.place ?? ''
    const last = await rows({ after, limit: 2 })
    assert.deepEqual([last.ids, last.hasMore], [[third.id], false])
    assert.equal(await own.store.skip(own.directory, 2), after)
    assert.equal(await own.store.skip(own.directory, 4), undefined)
    assert.equal(await own.store.count(own.directory), 3)
    assert.equal(await own.store.remove(second, {}, newAct()), undefined)
    assert.deepEqual((await rows({ limit: 5 })).ids, [first.id, third.id])
    assert.equal(await own.store.count(own.directory), 2)
    assert.deepEqual(await own.store.findAll(own.directory, [third.id, second.id, first.id]), [
      third,
      first,
    ])
  })
})

describe('a deleted group', () => {
  test('has nobody left in it, is in no group, and its name is free', async () => {
    const [ada, bob] = await house.users(2)
    assert.ok(ada && bob)
    const group = await house.group([ada, bob], 'Gone')
    const parent = await house.group([{ id: group.id, type: 'Group' }, ada])
    assert.equal(await house.store.remove(group, {}, newAct()), undefined)
    assert.equal(await house.find(group.id), undefined)
    assert.deepEqual(await house.membersOf(group.id), [])
    assert.deepEqual(await groupsOf(bob), [])
    await assertConsistent(parent, [ada])
    assert.equal(await house.store.remove(group, {}, newAct()), 'group_unknown')
    assert.deepEqual(await house.add(group, bob), { ok: false, error: 'group_unknown' })
    await house.group([], 'GONE')
    const key = scimKeys.unfinished(house.directory, group.id)
    assert.equal(await db.read(db.directory, key), undefined)
  })

  test('is told once', async () => {
    const group = await house.group(await house.users(1))
    const removed = await Promise.all([1, 2].map(() => house.store.remove(group, {}, newAct())))
    assert.deepEqual(removed.toSorted(), ['group_unknown', undefined])
    const item = await db.read(db.directory, scimKeys.group(house.directory, group.id))
    assert.equal(
      ((item ?? assert.fail())['evt'] as { type: string }).type,
      'latchkey.group.deleted.v1',
    )
    assert.equal(typeof item?.['expiresAt'], 'number')
  })

  test('that has been changed meanwhile is not deleted by who asks for a version', async () => {
    const group = await house.group()
    await house.add(group, await house.user())
    const terms = { isFenced: true }
    assert.equal(await house.store.remove(group, terms, newAct()), 'changed_meanwhile')
    assert.ok(await house.find(group.id))
  })

  for (const times of [0, 30]) {
    test(`leaves no ghosts where members are added meanwhile, with ${times} conflicts`, async () => {
      const group = await house.group()
      const users = await house.users(12)
      using _busy = busyGroup(times)
      const removing = house.store.remove(group, {}, newAct())
      await Promise.all([removing, ...users.map((user) => house.add(group, user))])
      assert.equal(await removing, undefined)
      assert.deepEqual(await house.membersOf(group.id), [])
      for (const user of users) assert.deepEqual(await groupsOf(user), [])
    })
  }
})

describe('members', () => {
  test('come and go in two calls, in an empty group as in one of 1,000', async () => {
    const many = await house.users(1000)
    for (const size of [0, 1000]) {
      const group = await house.group(many.slice(0, size))
      const one = await house.user()
      const calls = async (act: (found: ScimGroup) => Promise<{ ok: boolean }>) => {
        const counted: string[] = []
        db.stack.faults.onCall = ({ functionName, operation }) => {
          const isOwn = functionName === 'operator' // functions may be at work beside
          const isCounted = operation.includes('Item') || operation === 'Query'
          if (isOwn && isCounted) counted.push(operation)
          return undefined
        }
        const found = await house.store.find(house.directory, group.id, [one.id])
        assert.ok(found && (await act(found.group)).ok)
        db.stack.faults.onCall = undefined
        return counted
      }
      const two = ['BatchGetItem', 'TransactWriteItems']
      assert.deepEqual(await calls((found) => house.add(found, one)), two)
      await assertConsistent(group, [...many.slice(0, size), one])
      assert.deepEqual(await calls((found) => house.take(found, one)), two)
      await assertConsistent(group, many.slice(0, size))
    }
  })

  test('tell that they have come and gone, and can come again', async () => {
    const ada = await house.user()
    const group = await house.group()
    const key = scimKeys.member(house.directory, group.id, ada.id)
    const told = async () => {
      const row = await db.read(db.directory, key)
      const { type, actor } = (row ?? assert.fail())['evt'] as { type: string; actor: string }
      assert.equal(actor, 'scim:sct_1')
      return [type, typeof row?.['expiresAt']]
    }
    for (const _ of [1, 2]) {
      await house.add(group, ada)
      assert.deepEqual(await told(), ['latchkey.group.member-added.v1', 'undefined'])
      await house.take(group, ada)
      assert.deepEqual(await told(), ['latchkey.group.member-removed.v1', 'number'])
      assert.deepEqual(await groupsOf(ada), [])
    }
    assert.equal((await house.find(group.id))?.version, 5)
  })

  test('that are there, gone or unknown are passed over, and the others are not', async () => {
    const [ada, bob, eve] = await house.users(3)
    assert.ok(ada && bob && eve)
    const group = await house.group([ada])
    const nobody: Member = { id: newUserId(), type: 'User' }
    const noGroup: Member = { id: newGroupId(), type: 'Group' }
    assert.ok(isUserId(eve.id))
    await house.deleteUser(eve.id)
    const changed = await house.store.change(
      {
        before: group,
        document: group.document,
        members: { add: [nobody, ada, bob, noGroup, eve], remove: [newUserId()] },
        status: 204,
      },
      newAct(),
    )
    assert.ok(changed.ok)
    assert.deepEqual([changed.value.added, changed.value.removed], [[bob], []])
    assert.equal(changed.value.group.memberCount, 2)
    await assertConsistent(group, [ada, bob])
    const again = await house.add(group, ada, nobody)
    assert.ok(again.ok)
    assert.equal(again.value.group.version, group.version)
    assert.equal((await house.find(group.id))?.version, 2)
  })

  test('are groups, too, in circles', async () => {
    const [one, other] = [await house.group(), await house.group()]
    await house.add(one, { id: other.id, type: 'Group' })
    await house.add(other, { id: one.id, type: 'Group' })
    await assertConsistent(one, [{ id: other.id, type: 'Group' }])
    await assertConsistent(other, [{ id: one.id, type: 'Group' }])
  })

  test('are counted by the guard, which lets so many go and no more', async () => {
    const users = await house.users(3)
    const group = await house.group(users)
    const guard = { bucket: 'm1', room: 2, over: [] }
    const go = (...gone: Member[]) =>
      house.store.change(
        {
          before: group,
          document: group.document,
          members: { add: [], remove: gone.map(({ id }) => id) },
          guard,
          status: 204,
        },
        newAct(),
      )
    assert.deepEqual(await go(...users), { ok: false, error: 'guarded' })
    await assertConsistent(group, users)
    assert.ok((await go(...users.slice(1))).ok)
    await assertConsistent(group, users.slice(0, 1))
    const [first] = users
    assert.ok(first)
    assert.deepEqual(await go(first), { ok: false, error: 'guarded' })
    const found = await house.find(group.id)
    assert.ok(found)
    assert.equal(await house.store.remove(found, { guard }, newAct()), 'guarded')
  })

  test('leave all groups with a user who is gone', async () => {
    const [ada, bob] = await house.users(2)
    assert.ok(ada && bob)
    const groups = await sideBySide([1, 2, 3], 3, () => house.group([ada, bob]))
    await leaveGroups(db.directory, { directoryId: house.directory, id: ada.id }, newAct())
    for (const group of groups) await assertConsistent(group, [bob])
    assert.deepEqual(await groupsOf(ada), [])
  })

  test('are no ghosts where users are deleted while they are added', async () => {
    const groups = await sideBySide([1, 2], 2, () => house.group())
    const users = await house.users(20)
    await Promise.all(
      users.map(async ({ id }) => {
        assert.ok(isUserId(id))
        const added = groups.map((group) => house.add(group, { id, type: 'User' }))
        await house.deleteUser(id)
        await leaveGroups(db.directory, { directoryId: house.directory, id }, newAct())
        await Promise.all(added)
      }),
    )
    for (const group of groups) await assertConsistent(group, [])
    for (const user of users) assert.deepEqual(await groupsOf(user), [])
  })

  test('are read by id, all of a group or as many as one call reads', async () => {
    const users = await house.users(120)
    const inner = await house.group()
    const members: Member[] = [...users, { id: inner.id, type: 'Group' }]
    const group = await house.group(members)
    const all = await house.store.members(house.directory, group.id)
    assert.deepEqual(
      all.map(({ id }) => id),
      idsOf(members),
    )
    const first = await house.store.firstMembers(house.directory, group.id)
    assert.deepEqual(first, { members: all, isAll: true })
    const [ada] = users
    assert.ok(ada)
    const among = await house.store.membersAmong(house.directory, group.id, [
      newUserId(),
      ...users.map(({ id }) => id),
    ])
    assert.deepEqual(idsOf(among), idsOf(users))
  })
})

describe('500 members that are added at once by as many requests', () => {
  test('are all there, and counted', async () => {
    const users = await house.users(500)
    const group = await house.group()
    const added = await sideBySide(users, 60, (user) => house.add(group, user))
    assert.ok(added.every(({ ok }) => ok))
    await assertConsistent(group, users)
    assert.equal((await house.find(group.id))?.version, 501)
  })

  test('are so where requests meet, as they do in AWS', async () => {
    const users = await house.users(500)
    const group = await house.group()
    let left = 600
    using met = intercept('TransactWriteItemsCommand', (_, pass, input) => {
      const { TransactItems: items } = input as Transaction
      const at = items.findIndex(({ Update }) => Update?.Key.sk.S === 'group')
      // Members with their group never get through; the count of others does now and then.
      if (at === -1 || (at === 0 && left-- % 3 === 0)) return pass()
      return Promise.reject(conflictAt(at, items.length))
    })
    const added = await sideBySide(users, 60, (user) => house.add(group, user))
    assert.ok(added.every(({ ok }) => ok))
    assert.ok(met.calls() > 1000)
    await assertConsistent(group, users)
    const version = (await house.find(group.id))?.version ?? 0
    assert.ok(version > 1 && version < 501, String(version))
  })
})

const conflictAt = (at: number, of: number) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: Array.from({ length: of }, (_, index) => ({
      Code: index === at ? 'TransactionConflict' : 'None',
    })),
  })

describe('a group that many write', () => {
  test('gets its new version after its members', async () => {
    const ada = await house.user()
    const group = await house.group()
    using _busy = busyGroup()
    const seen: unknown[] = []
    using _watched = intercept('QueryCommand', async (_, pass) => {
      // Before it is counted.
      seen.push((await house.find(group.id))?.version)
      return pass()
    })
    const added = await house.add(group, ada)
    assert.ok(added.ok)
    assert.equal(added.value.group.version, 2)
    assert.equal(seen[0], 1)
    assert.deepEqual(await groupsOf(ada), [group.id])
    await assertConsistent(group, [ada])
  })

  test('is counted by the next request where one has ended before that', async () => {
    const [ada, bob] = await house.users(2)
    assert.ok(ada && bob)
    const group = await house.group()
    {
      using _busy = intercept('TransactWriteItemsCommand', (_, pass, input) => {
        const { TransactItems: items } = input as Transaction
        const at = items.findIndex(({ Update }) => Update?.Key.sk.S === 'group')
        if (at > 0) return Promise.reject(conflictAt(at, items.length))
        return at === 0 ? Promise.reject(new Error('it has ended')) : pass()
      })
      await assert.rejects(house.add(group, ada), { message: 'it has ended' })
    }
    assert.equal((await house.find(group.id))?.memberCount, 0)
    // Its client tries again, and finds nothing to do.
    assert.ok((await house.add(group)).ok)
    await assertConsistent(group, [ada])
    assert.ok((await house.add(group, bob)).ok)
    await assertConsistent(group, [ada, bob])
  })

  test('is counted however much there is to count', async () => {
    const group = await house.group()
    const rows = Array.from({ length: 40 }, (_, at) => ({
      ...scimKeys.uncounted(house.directory, group.id, String(at)),
      more: 1,
    }))
    for (const row of rows) await db.put(db.directory, row)
    {
      // As if a page of them held no more.
      using _ = intercept<QueryCommandOutput>('QueryCommand', async (_call, pass) => {
        const page = await pass()
        return { ...page, Items: page.Items?.slice(0, 1) }
      })
      assert.ok((await house.add(group)).ok)
    }
    assert.equal((await house.find(group.id))?.memberCount, 40)
  })

  test('is busy where the guard of its directory never lets anybody through', async () => {
    const ada = await house.user()
    const group = await house.group()
    assert.ok((await house.add(group, ada)).ok)
    using _busy = intercept('TransactWriteItemsCommand', (_, pass, input) => {
      const { TransactItems: items } = input as Transaction
      const at = items.findIndex(({ Update }) => Update?.Key.sk.S === 'guard')
      return at === -1 ? pass() : Promise.reject(conflictAt(at, items.length))
    })
    const before = (await house.find(group.id)) ?? assert.fail('no group')
    const change = {
      ...{ before, document: before.document, status: 204 },
      members: { add: [], remove: [ada.id] },
      guard: { bucket: 'm1', room: 5, over: [] },
    }
    assert.deepEqual(await house.store.change(change, newAct()), { ok: false, error: 'busy' })
    await assertConsistent(before, [ada])
  })

  test('refuses what asks for a version that it is not at, and adds nobody', async () => {
    const [ada, bob] = await house.users(2)
    assert.ok(ada && bob)
    const group = await house.group()
    const fenced = (before: ScimGroup, member: Member) =>
      house.store.change(
        {
          before,
          document: before.document,
          members: { add: [member], remove: [] },
          isFenced: true,
          status: 204,
        },
        newAct(),
      )
    const changed = await fenced(group, ada)
    assert.ok(changed.ok)
    assert.deepEqual(await fenced(group, bob), { ok: false, error: 'changed_meanwhile' })
    assert.ok((await fenced(changed.value.group, bob)).ok)
    await assertConsistent(group, [ada, bob])
  })
})

describe('replacing all members', () => {
  test('leaves those, and nobody else', async () => {
    const users = await house.users(6)
    const group = await house.group(users.slice(0, 4))
    const replaced = await replace(group, users.slice(2))
    assert.ok(replaced.ok)
    assert.deepEqual(idsOf(replaced.value.added), idsOf(users.slice(4)))
    assert.deepEqual(replaced.value.removed.toSorted(), idsOf(users.slice(0, 2)))
    await assertConsistent(group, users.slice(2))
    const again = await replace(replaced.value.group, users.slice(2))
    assert.ok(again.ok)
    assert.equal(again.value.group.version, 2)
    assert.equal((await house.find(group.id))?.version, 2)
  })

  test('twice at once leaves the members of one of them', async () => {
    const users = await house.users(160)
    const sets = {
      few: [users.slice(0, 12), users.slice(6, 20)],
      many: [users.slice(0, 80), users.slice(80)],
    }
    for (const [one = [], other = []] of Object.values(sets)) {
      const group = await house.group(users.slice(10, 15))
      const both = await Promise.all([one, other].map((members) => replace(group, members)))
      assert.deepEqual(
        both.map(({ ok }) => ok),
        [true, true],
      )
      const left = await house.membersOf(group.id)
      await assertConsistent(group, left.join() === idsOf(one).join() ? one : other)
    }
  })

  test('waits for another one, and gives up where that takes too long', async () => {
    const users = await house.users(40)
    const group = await house.group()
    const key = scimKeys.group(house.directory, group.id)
    const item = await db.read(db.directory, key)
    assert.ok(item)
    const held = { ...item, ...key, lease: 'another', leaseUntilMs: Date.now() + 60_000 }
    await db.put(db.directory, held)
    assert.deepEqual(await replace(group, users), { ok: false, error: 'busy' })
    assert.deepEqual(await house.membersOf(group.id), [])
    const [one] = users
    assert.ok(one && (await house.add(group, one)).ok)
    await db.put(db.directory, { ...held, memberCount: 1, leaseUntilMs: Date.now() + 500 })
    assert.ok((await replace(group, users)).ok)
    await assertConsistent(group, users)
    assert.equal((await db.read(db.directory, key))?.['lease'], undefined)
  })

  test('refuses what asks for a version that it is not at', async () => {
    const [ada, bob] = await house.users(2)
    assert.ok(ada && bob)
    const group = await house.group()
    await house.add(group, ada)
    assert.deepEqual(await replace(group, [bob], true), { ok: false, error: 'changed_meanwhile' })
    await assertConsistent(group, [ada])
  })
})

describe('another directory', () => {
  test('has none of them', async () => {
    const other = newScimDirectory(db)
    const ada = await house.user()
    const group = await house.group([ada], 'Ours')
    assert.equal(await other.find(group.id), undefined)
    assert.deepEqual(await other.membersOf(group.id), [])
    const theirs = await other.group()
    assert.ok((await other.add(theirs, ada)).ok)
    assert.deepEqual(await other.membersOf(theirs.id), [])
    const key = { by: 'displayName', value: 'Ours' } as const
    assert.deepEqual((await other.store.idsBy(other.directory, key)).ids, [])
  })
})
