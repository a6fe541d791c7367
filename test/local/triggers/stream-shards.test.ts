import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams'
import { streamShards } from '#local/triggers/stream-shards.ts'

type FakeShard = { parent?: string; records: string[]; isClosed?: boolean; trimmedBefore?: number }

const serviceError = { message: 'injected', $metadata: {} }

/**
 * A stream that splits, expires and forgets on demand, which DynamoDB Local does not. An iterator is
 * `<shard>@<index of the next record>`.
 */
function fakeStream(shards: Record<string, FakeShard>) {
  const faults: { expireNext: boolean } = { expireNext: false }
  const describe = (after: string | undefined) => {
    const [next, ...others] = Object.entries(shards).slice(
      after ? Object.keys(shards).indexOf(after) + 1 : 0,
    )
    if (!next) return { StreamDescription: { Shards: [] } }
    const [ShardId, { parent }] = next
    const listed: Shard = parent ? { ShardId, ParentShardId: parent } : { ShardId }
    const more = others.length > 0 ? { LastEvaluatedShardId: ShardId } : {}
    return { StreamDescription: { Shards: [listed], ...more } } // a page holds one shard
  }
  const iterate = (shardId = '', position: string | undefined) => {
    const { records = [] } = shards[shardId] ?? {}
    return { ShardIterator: `${shardId}@${position ? records.indexOf(position) + 1 : 0}` }
  }
  const read = (iterator = '', limit = 1000) => {
    const [shardId = '', index = ''] = iterator.split('@')
    const { records = [], isClosed, trimmedBefore = 0 } = shards[shardId] ?? {}
    const start = Number(index)
    if (faults.expireNext) {
      faults.expireNext = false
      throw new ExpiredIteratorException(serviceError)
    }
    if (start > 0 && start < trimmedBefore) throw new TrimmedDataAccessException(serviceError)
    const first = Math.max(start, trimmedBefore)
    const page = records.slice(first, first + limit)
    const end = first + page.length
    const hasEnded = isClosed && end === records.length
    return {
      Records: page.map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
      ...(!hasEnded && { NextShardIterator: `${shardId}@${end}` }),
    }
  }
  const streams = {
    async send(command: unknown) {
      if (command instanceof DescribeStreamCommand) {
        return describe(command.input.ExclusiveStartShardId)
      }
      if (command instanceof GetShardIteratorCommand) {
        return iterate(command.input.ShardId, command.input.SequenceNumber)
      }
      assert.ok(command instanceof GetRecordsCommand)
      return read(command.input.ShardIterator, command.input.Limit)
    },
  } as unknown as DynamoDBStreamsClient
  return { streams, faults }
}

function readerOf(
  { streams }: Pick<ReturnType<typeof fakeStream>, 'streams'>,
  { positions = new Map<string, string>(), batchSize = 2 } = {},
) {
  const seen: string[] = []
  const signal = new AbortController().signal
  const shards = streamShards({ streams, streamArn: 'arn', batchSize, positions, signal })
  const poll = () =>
    shards.poll(async (shardId, records) => {
      for (const { dynamodb } of records) {
        seen.push(`${shardId}:${dynamodb?.SequenceNumber}`)
        positions.set(shardId, dynamodb?.SequenceNumber ?? '')
      }
    })
  const drain = async () => {
    for (let round = 0; round < 20; round += 1) if (await poll()) return
    assert.fail('never quiet')
  }
  return { seen, positions, shards, poll, drain }
}

test('a child is read only when its parent has been read to the end', async () => {
  const reader = readerOf(
    fakeStream({
      child: { parent: 'parent', records: ['4'] },
      parent: { parent: 'forgotten', records: ['1', '2', '3'], isClosed: true },
    }),
  )
  await reader.drain()
  assert.deepEqual(reader.seen, ['parent:1', 'parent:2', 'parent:3', 'child:4'])
})

test('a shard that appears when its parent ends is found', async () => {
  const shards: Record<string, FakeShard> = { parent: { records: ['1'] } }
  const reader = readerOf(fakeStream(shards))
  await reader.drain()
  shards['parent'] = { records: ['1', '2'], isClosed: true }
  shards['child'] = { parent: 'parent', records: ['3'] }
  await reader.drain()
  assert.deepEqual(reader.seen, ['parent:1', 'parent:2', 'child:3'])
})

test('each shard is read on after its position', async () => {
  const positions = new Map([
    ['a', '2'],
    ['gone', '9'],
  ])
  const stream = fakeStream({ a: { records: ['1', '2', '3'] }, b: { records: ['7'] } })
  const reader = readerOf(stream, { positions })
  await reader.drain()
  assert.deepEqual(reader.seen, ['a:3', 'b:7'])
  assert.deepEqual(
    [...positions],
    [
      ['a', '3'],
      ['b', '7'],
    ],
  )
})

test('an iterator that expired is opened again where reading stopped', async () => {
  const shards: Record<string, FakeShard> = { a: { records: ['1', '2', '3'] } }
  const stream = fakeStream(shards)
  const reader = readerOf(stream)
  await reader.poll()
  stream.faults.expireNext = true
  assert.equal(await reader.poll(), false)
  await reader.drain()
  assert.deepEqual(reader.seen, ['a:1', 'a:2', 'a:3'])
})

test('a position older than what the stream keeps falls back to the oldest record', async () => {
  const stream = fakeStream({ a: { records: ['1', '2', '3', '4'], trimmedBefore: 2 } })
  const reader = readerOf(stream, { positions: new Map([['a', '1']]) })
  await reader.drain()
  assert.deepEqual(reader.seen, ['a:3', 'a:4'])
})

test('a batch that could not be handled is read again', async () => {
  const stream = fakeStream({ a: { records: ['1', '2', '3'], isClosed: true } })
  const reader = readerOf(stream, { batchSize: 3 })
  const handleOne = async (shardId: string) => {
    reader.positions.set(shardId, '1')
    throw new Error('the rest failed')
  }
  await assert.rejects(reader.shards.poll(handleOne), /the rest failed/)
  await reader.drain()
  assert.deepEqual(reader.seen, ['a:2', 'a:3'])
})

test('an error of the stream is not swallowed, even where it was just opened', async () => {
  const stream = fakeStream({ a: { records: ['1'] } })
  stream.faults.expireNext = true
  const reader = readerOf(stream)
  await assert.rejects(reader.poll(), ExpiredIteratorException)
  await reader.drain()
  assert.deepEqual(reader.seen, ['a:1'])
})
