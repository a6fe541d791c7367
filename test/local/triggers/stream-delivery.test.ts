import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'
import {
  type FailedRange,
  type StreamSource,
  streamDelivery,
} from '#local/triggers/stream-delivery.ts'

const source: StreamSource = {
  kind: 'stream',
  functionName: 'events-relay',
  tableName: 'directory',
  batchSize: 100,
  filters: [],
  maximumRetryAttempts: 1,
  bisectBatchOnError: true,
  reportBatchItemFailures: true,
}

const numbers = (records: readonly { dynamodb: { SequenceNumber: string } }[]) =>
  records.map(({ dynamodb }) => dynamodb.SequenceNumber).join(' ')

const thrown: InvokeResult = { error: { errorType: 'Error', errorMessage: 'thrown' } }
const taken: InvokeResult = { payload: { batchItemFailures: [] } }
const failing = (...identifiers: string[]): InvokeResult => ({
  payload: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
})

type Delivered = { invoked: string[]; done: string[]; givenUp: FailedRange[] }

/** Delivers records to a function that answers as told, and tells what happened. */
async function deliver(
  sequence: string,
  answer: (batch: string, invocation: number) => InvokeResult,
  change: Partial<StreamSource> = {},
): Promise<Delivered> {
  const invoked: string[] = []
  const done: string[] = []
  const givenUp: FailedRange[] = []
  const delivery = streamDelivery({
    source: { ...source, ...change },
    invoke: async (functionName, event) => {
      assert.equal(functionName, 'events-relay')
      const batch = numbers((event as { Records: never[] }).Records)
      invoked.push(batch)
      return answer(batch, invoked.length)
    },
    giveUp: async (range) => {
      givenUp.push(range)
    },
    signal: new AbortController().signal,
  })
  await delivery({
    shardId: 'shard-1',
    records: sequence.split(' ').map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
    onDone: async (sequenceNumber) => {
      done.push(sequenceNumber)
    },
  })
  return { invoked, done, givenUp }
}

const givenUpOf = ({ givenUp }: Delivered) => givenUp.map(({ records }) => numbers(records))

test('a batch that is taken is one invocation', async () => {
  const { invoked, givenUp } = await deliver('1 2 3', () => taken)
  assert.deepEqual(invoked, ['1 2 3'])
  assert.deepEqual(givenUp, [])
})

test('a retry begins at the lowest record that failed, whatever the order of the report', async () => {
  const { invoked, done, givenUp } = await deliver('1 2 3 4', (_, invocation) =>
    invocation === 1 ? failing('4', '3') : taken,
  )
  assert.deepEqual(invoked, ['1 2 3 4', '3 4'])
  assert.deepEqual(done, ['2', '4'])
  assert.deepEqual(givenUp, [])
})

test('a reported poison record ends up alone and is given up, and the others go on', async () => {
  const delivered = await deliver('1 2 3 4 5', (batch) =>
    batch.includes('3') ? failing('3') : taken,
  )
  assert.deepEqual(delivered.invoked, ['1 2 3 4 5', '3 4 5', '3 4', '3', '3', '4', '5'])
  assert.deepEqual(givenUpOf(delivered), ['3'])
  assert.deepEqual(delivered.done, ['2', '3', '4', '5'])
  assert.equal(delivered.givenUp[0]?.invocations, 2)
  assert.equal(delivered.givenUp[0]?.hasFunctionError, false)
})

test('a poison record that makes the function fail ends up alone too', async () => {
  const delivered = await deliver('1 2 3 4', (batch) => (batch.includes('2') ? thrown : taken))
  assert.deepEqual(delivered.invoked, ['1 2 3 4', '1 2', '1', '2', '2', '3 4'])
  assert.deepEqual(givenUpOf(delivered), ['2'])
  assert.equal(delivered.givenUp[0]?.hasFunctionError, true)
})

test('without bisection the batch is retried and given up as a whole', async () => {
  const delivered = await deliver('1 2', () => thrown, { bisectBatchOnError: false })
  assert.deepEqual(delivered.invoked, ['1 2', '1 2'])
  assert.deepEqual(givenUpOf(delivered), ['1 2'])
  assert.deepEqual(delivered.done, ['2'])
})

test('without partial failures the report is not read', async () => {
  const { invoked } = await deliver('1 2', () => failing('1'), { reportBatchItemFailures: false })
  assert.deepEqual(invoked, ['1 2'])
})

test('a report that cannot be read fails the batch', async () => {
  const delivered = await deliver('1', () => failing('unknown'), { maximumRetryAttempts: 0 })
  assert.deepEqual(givenUpOf(delivered), ['1'])
})

test('retries without limit go on until the record is taken', async () => {
  const { invoked, givenUp } = await deliver(
    '1',
    (_, invocation) => (invocation < 4 ? thrown : taken),
    { maximumRetryAttempts: Number.POSITIVE_INFINITY },
  )
  assert.equal(invoked.length, 4)
  assert.deepEqual(givenUp, [])
})

test('progress sets the count of retries back', async () => {
  const { invoked, givenUp } = await deliver(
    '1 2 3',
    (batch, invocation) => {
      if (invocation % 2 === 1) return thrown
      return batch === '3' ? taken : failing(batch === '1 2 3' ? '2' : '3')
    },
    { bisectBatchOnError: false },
  )
  assert.deepEqual(invoked, ['1 2 3', '1 2 3', '2 3', '2 3', '3', '3'])
  assert.deepEqual(givenUp, [])
})

for (const [name, answer] of [
  ['that failed', thrown],
  ['that was taken in part', failing('2')],
] as const) {
  test(`when stopped, a batch ${name} is neither tried again nor given up`, async () => {
    const stopping = new AbortController()
    const done: string[] = []
    let invocations = 0
    const delivery = streamDelivery({
      source: { ...source, maximumRetryAttempts: Number.POSITIVE_INFINITY },
      invoke: async () => {
        invocations += 1
        stopping.abort()
        return answer
      },
      giveUp: () => assert.fail('given up'),
      signal: stopping.signal,
    })
    const delivered = delivery({
      shardId: 'shard-1',
      records: ['1', '2'].map((SequenceNumber) => ({ dynamodb: { SequenceNumber } })),
      onDone: async (sequenceNumber) => {
        done.push(sequenceNumber)
      },
    })
    await assert.rejects(delivered, { name: 'AbortError' })
    assert.equal(invocations, 1)
    assert.deepEqual(done, answer === thrown ? [] : ['1'])
  })
}
