import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { guardCountsOf, roomOf } from '#shared/scim/guard.ts'

const BUCKET_MS = 300_000
const now = 6_000_000
const nowMs = now * BUCKET_MS + 1234
const guard = { share: 20, atLeast: 20 }
const kind = 'deactivated'
const none = { deactivated: {}, removed: {} }

describe('the guard', () => {
  const rooms = [
    ['as many as are always allowed', 10, {}, 20],
    ['a share of many users', 1000, {}, 200],
    ['no part of a user', 1019, {}, 203],
    ['less what went in the hour before', 1000, { [now - 1]: 50, [now - 12]: 50 }, 100],
    ['nothing of what went earlier', 1000, { [now - 13]: 150 }, 200],
    ['none where all has gone', 10, { [now - 3]: 21 }, 0],
    ['no less for what goes in these five minutes, which the write counts', 10, { [now]: 5 }, 20],
  ] as const
  for (const [name, users, deactivated, room] of rooms) {
    test(`has room for ${name}`, () => {
      const found = roomOf(guard, { ...none, deactivated }, { kind, users, nowMs })
      assert.equal(found?.room, room)
      assert.equal(found.bucket, `d${now}`)
    })
  }

  test('counts memberships by themselves', () => {
    const counts = { deactivated: { [now - 1]: 20 }, removed: { [now - 1]: 5 } }
    const found = roomOf(guard, counts, { kind: 'removed', users: 0, nowMs })
    assert.deepEqual([found?.bucket, found?.room], [`m${now}`, 15])
  })

  test('names what is too old to be kept', () => {
    const counts = {
      deactivated: { [now - 13]: 1, [now - 12]: 1 },
      removed: { [now - 500]: 1, [now]: 1 },
    }
    const found = roomOf(guard, counts, { kind, users: 0, nowMs })
    assert.deepEqual(found?.over, [`d${now - 13}`, `m${now - 500}`])
  })

  test('lets everything pass while an administrator has lifted it', () => {
    const until = (liftedUntil: number) =>
      roomOf({ ...guard, liftedUntil }, none, { kind, users: 0, nowMs })
    assert.equal(until(Math.floor(nowMs / 1000) + 1), undefined)
    assert.equal(until(Math.floor(nowMs / 1000))?.room, 20)
  })

  test('reads its counts by the names of their buckets', () => {
    const item = { pk: 'scim#…', sk: 'guard', d5: 1, d6: 2, m6: 3, dx: 4, d7: 'x', m: 1 }
    assert.deepEqual(guardCountsOf(item), { deactivated: { 5: 1, 6: 2 }, removed: { 6: 3 } })
  })
})
