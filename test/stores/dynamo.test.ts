import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import {
  type BatchGetItemCommandOutput,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import { readItems } from '#shared/aws/dynamo.ts'
import { toItem } from '#shared/aws/dynamo-item.ts'
import { putNew, update } from '#shared/aws/item-writes.ts'
import { transact } from '#shared/aws/transact.ts'
import { intercept } from './intercept.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const newKeys = (count: number) => {
  const pk = `test#${randomUUID()}`
  return Array.from({ length: count }, (_, i) => ({ pk, sk: String(i) }))
}

describe('readItems', () => {
  test('answers items of two tables in the order asked for, with a gap for each that is missing', async () => {
    const [first, missing, second] = newKeys(3)
    assert.ok(first && missing && second)
    const record = { pk: `login#${randomUUID()}` }
    await db.put(db.directory, { ...first, name: 'first' })
    await db.put(db.directory, { ...second, name: 'second' })
    await db.put(db.ephemeral, { ...record, name: 'record' })
    const items = await readItems([
      { table: db.directory, key: second },
      { table: db.ephemeral, key: record },
      { table: db.directory, key: missing },
      { table: db.directory, key: first },
      { table: db.ephemeral, key: { pk: `login#${randomUUID()}` } },
    ])
    assert.deepEqual(items, [
      { ...second, name: 'second' },
      { ...record, name: 'record' },
      undefined,
      { ...first, name: 'first' },
      undefined,
    ])
  })

  test('answers nothing for nothing, without a call', async () => {
    using seen = intercept('BatchGetItemCommand', (_, pass) => pass())
    assert.deepEqual(await readItems([]), [])
    assert.equal(seen.calls(), 0)
  })

  test('asks for what was written just before: every read is strongly consistent', async () => {
    const [key] = newKeys(1)
    assert.ok(key)
    using seen = strike(db.stack, 'BatchGetItem')
    await readItems([
      { table: db.directory, key },
      { table: db.ephemeral, key: { pk: key.pk } },
    ])
    const { RequestItems } = seen.bodies[0] as { RequestItems: Record<string, object> }
    assert.deepEqual(Object.keys(RequestItems), [db.directory, db.ephemeral])
    for (const request of Object.values(RequestItems)) {
      assert.partialDeepStrictEqual(request, { ConsistentRead: true })
    }
  })

  /** Leaves all keys but one of a table unread. */
  const leaveUnread = (times: number) =>
    intercept<BatchGetItemCommandOutput>('BatchGetItemCommand', async (call, pass) => {
      const output = await pass()
      if (call > times) return output
      const [read, ...others] = output.Responses?.[db.directory] ?? []
      return {
        ...output,
        Responses: { [db.directory]: read ? [read] : [] },
        UnprocessedKeys: {
          [db.directory]: {
            Keys: others.map(({ pk, sk }) => ({ pk: pk ?? { S: '' }, sk: sk ?? { S: '' } })),
            ConsistentRead: true,
          },
        },
      }
    })

  test('asks again for what DynamoDB left unread', async () => {
    const keys = newKeys(3)
    for (const key of keys) await db.put(db.directory, key)
    using seen = leaveUnread(2)
    const items = await readItems(keys.map((key) => ({ table: db.directory, key })))
    assert.deepEqual(items, keys)
    assert.equal(seen.calls(), 3)
  })

  test('throws rather than take what was left unread for missing', async () => {
    const keys = newKeys(7)
    for (const key of keys) await db.put(db.directory, key)
    using seen = leaveUnread(10)
    await assert.rejects(readItems(keys.map((key) => ({ table: db.directory, key }))), {
      message: 'DynamoDB left keys unprocessed',
    })
    assert.equal(seen.calls(), 5)
  })

  test('throws where there is no such table', async () => {
    const key = { pk: 'a' }
    await assert.rejects(readItems([{ table: 'no-such-table', key }]), ResourceNotFoundException)
  })
})

describe('transact', () => {
  test('writes all', async () => {
    const [a, b] = newKeys(2)
    assert.ok(a && b)
    assert.deepEqual(await transact([putNew(db.directory, a), putNew(db.directory, b)]), [])
    assert.deepEqual(await db.read(db.directory, a), a)
    assert.deepEqual(await db.read(db.directory, b), b)
  })

  test('writes nothing if one condition fails, and says which', async () => {
    const [a, taken, b] = newKeys(3)
    assert.ok(a && taken && b)
    await db.put(db.directory, taken)
    const failed = await transact([a, taken, b].map((key) => putNew(db.directory, key)))
    assert.deepEqual(failed, [{ index: 1, item: undefined }])
    assert.equal(await db.read(db.directory, a), undefined)
    assert.equal(await db.read(db.directory, b), undefined)
  })

  test('hands back the item whose condition failed, as it is, where it was asked for', async () => {
    const [a, b] = newKeys(2)
    assert.ok(a && b)
    await db.put(db.directory, { ...a, state: 'suspended', rev: 3 })
    const writes = [a, b].map((key) => ({
      Update: update(db.directory, {
        key,
        set: { name: 'x' },
        condition: '#state = :active',
        values: { active: 'active' },
      }),
    }))
    assert.deepEqual(await transact(writes), [
      { index: 0, item: { ...a, state: 'suspended', rev: 3 } },
      { index: 1, item: undefined },
    ])
  })

  test('writes once where the answer gets lost', async () => {
    const [key] = newKeys(1)
    assert.ok(key)
    await db.put(db.directory, { ...key, rev: 1 })
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.deepEqual(await transact([counting(key)]), [])
    assert.equal(struck.bodies.length, 2)
    assert.equal((await db.read(db.directory, key))?.['rev'], 2)
  })

  const counting = (key: object) => ({
    Update: update(db.directory, {
      key,
      set: { name: 'x' },
      condition: 'attribute_exists(#rev)',
      values: {},
      increment: 'rev',
    }),
  })

  const conflict = () =>
    new TransactionCanceledException({
      message: 'Transaction cancelled',
      $metadata: {},
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    })

  test('tries again when another transaction has the item', async () => {
    const [key] = newKeys(1)
    assert.ok(key)
    using seen = intercept('TransactWriteItemsCommand', (call, pass) =>
      call <= 4 ? Promise.reject(conflict()) : pass(),
    )
    assert.deepEqual(await transact([putNew(db.directory, key)]), [])
    assert.equal(seen.calls(), 5)
    assert.deepEqual(await db.read(db.directory, key), key)
  })

  test('gives up after five conflicts', async () => {
    const [key] = newKeys(1)
    assert.ok(key)
    using seen = intercept('TransactWriteItemsCommand', () => Promise.reject(conflict()))
    await assert.rejects(transact([putNew(db.directory, key)]), TransactionCanceledException)
    assert.equal(seen.calls(), 5)
  })

  test('counts every one of many writes to an item at once', async () => {
    const [key] = newKeys(1)
    assert.ok(key)
    await db.put(db.directory, { ...key, rev: 0 })
    const all = await Promise.all(Array.from({ length: 20 }, () => transact([counting(key)])))
    assert.deepEqual(all.flat(), [])
    assert.equal((await db.read(db.directory, key))?.['rev'], 20)
  })

  test('throws what is neither a condition nor a conflict, at once', async () => {
    using seen = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    const [key] = newKeys(1)
    assert.ok(key)
    await assert.rejects(transact([putNew('no-such-table', key)]), ResourceNotFoundException)
    assert.equal(seen.calls(), 1)
  })
})

test('toItem leaves out what is undefined', () => {
  assert.deepEqual(toItem({ a: 'x', b: undefined }), { a: { S: 'x' } })
})
