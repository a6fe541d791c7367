import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Invoke, InvokeResult } from '#local/lambda/lambda-protocol.ts'
import { type LocalDynamodb, startDynamodb } from '#local/services/dynamodb.ts'
import { type LocalSqs, startSqs } from '#local/services/sqs.ts'
import { type Checkpoints, memoryCheckpoints } from '#local/triggers/checkpoints.ts'
import type { StreamSource } from '#local/triggers/stream-delivery.ts'
import { startStreamTrigger } from '#local/triggers/stream-trigger.ts'

const region = 'eu-central-1'
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

let servers: { dynamodb: LocalDynamodb; sqs: LocalSqs }
let clients: { db: DynamoDBClient; streams: DynamoDBStreamsClient; sqs: SQSClient }

before(async () => {
  const [dynamodb, sqs] = await Promise.all([startDynamodb(), startSqs({ region })])
  servers = { dynamodb, sqs }
  const common = { region, credentials }
  clients = {
    db: new DynamoDBClient({ ...common, endpoint: dynamodb.url }),
    streams: new DynamoDBStreamsClient({ ...common, endpoint: dynamodb.url }),
    sqs: new SQSClient({ ...common, endpoint: sqs.url }),
  }
})

after(async () => {
  for (const client of Object.values(clients)) client.destroy()
  await Promise.all([servers.dynamodb.stop(), servers.sqs.stop()])
})

let tables = 0

/** A table with a stream, and the means to write to it and to read what was given up. */
async function streamedTable() {
  tables += 1
  const TableName = `streamed-${tables}`
  const { TableDescription } = await clients.db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  )
  const QueueName = `failures-${tables}`
  const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName }))
  return {
    TableName,
    streamArn: TableDescription?.LatestStreamArn ?? '',
    failureQueueUrl: QueueUrl,
    put: (pk: string, rest: PutItemCommandInput['Item'] = {}) =>
      clients.db.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ...rest } })),
    remove: (pk: string) =>
      clients.db.send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk } } })),
    async failures() {
      const receive = { QueueUrl, MaxNumberOfMessages: 10 }
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand(receive))
      return Messages.map(({ Body = '' }) => JSON.parse(Body))
    },
  }
}

type Table = Awaited<ReturnType<typeof streamedTable>>
type Answer = (records: readonly DynamoDBRecord[]) => InvokeResult | Promise<InvokeResult>
type Options = { source?: Partial<StreamSource>; checkpoints?: Checkpoints; sqs?: SQSClient }

const taken: InvokeResult = { payload: { batchItemFailures: [] } }

const keyOf = ({ dynamodb }: DynamoDBRecord) => dynamodb?.Keys?.['pk']?.S ?? ''

/** Reports the records of one key as failed. */
const refusing =
  (key: string): Answer =>
  (records) => ({
    payload: {
      batchItemFailures: records
        .filter((record) => keyOf(record) === key)
        .map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber })),
    },
  })

/** A trigger on the table; `seen` are the keys its function got, invocation by invocation. */
function triggerOn(table: Table, answer: Answer = () => taken, options: Options = {}) {
  const seen: string[][] = []
  const errors: string[] = []
  const invoke: Invoke = async (_functionName, event) => {
    const { Records } = JSON.parse(JSON.stringify(event)) as { Records: DynamoDBRecord[] }
    seen.push(Records.map(keyOf))
    return answer(Records)
  }
  const trigger = startStreamTrigger({
    source: {
      kind: 'stream',
      functionName: 'events-relay',
      tableName: table.TableName,
      batchSize: 100,
      filters: [],
      maximumRetryAttempts: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      failureQueueUrl: table.failureQueueUrl,
      ...options.source,
    },
    streamArn: table.streamArn,
    streams: clients.streams,
    sqs: options.sqs ?? clients.sqs,
    invoke,
    checkpoints: options.checkpoints ?? memoryCheckpoints(),
    onError: (error) => errors.push(String(error)),
  })
  return { ...trigger, seen, errors, [Symbol.asyncDispose]: trigger.stop }
}

test('a change arrives as Lambda sends it', async () => {
  const table = await streamedTable()
  const records: DynamoDBRecord[] = []
  await using trigger = triggerOn(table, (batch) => {
    records.push(...batch)
    return taken
  })
  await table.put('a', {
    bytes: { B: new Uint8Array([1, 2, 255]) },
    byteSet: { BS: [new Uint8Array([1])] },
    list: { L: [{ M: { inner: { B: new Uint8Array([9]) } } }, { NULL: true }] },
    number: { N: '5' },
    flag: { BOOL: false },
  })
  await table.remove('a')
  await trigger.idle()
  const image = {
    pk: { S: 'a' },
    bytes: { B: 'AQL/' },
    byteSet: { BS: ['AQ=='] },
    list: { L: [{ M: { inner: { B: 'CQ==' } } }, { NULL: true }] },
    number: { N: '5' },
    flag: { BOOL: false },
  }
  assert.deepEqual(records.map(withoutChance), [
    withoutChance({ ...expectedRecord(table), eventName: 'INSERT', dynamodb: { NewImage: image } }),
    withoutChance({ ...expectedRecord(table), eventName: 'REMOVE', dynamodb: { OldImage: image } }),
  ])
  for (const { eventID, dynamodb } of records) {
    assert.match(String(eventID), /^[0-9a-f-]{36}$/)
    assert.match(String(dynamodb?.SequenceNumber), /^\d{21,}$/)
    const at = dynamodb?.ApproximateCreationDateTime
    assert.ok(Number.isInteger(at) && Math.abs(Date.now() / 1000 - Number(at)) < 120)
  }
})

const expectedRecord = ({ streamArn }: Table): DynamoDBRecord => ({
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  eventSourceARN: streamArn,
  awsRegion: region,
})

/** A record without what is another each time. */
function withoutChance({ eventID: _, dynamodb, ...record }: DynamoDBRecord) {
  const { SequenceNumber, ApproximateCreationDateTime, SizeBytes, ...change } = dynamodb ?? {}
  const constant = { Keys: { pk: { S: 'a' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' }
  return { ...record, dynamodb: { ...constant, ...change } }
}

test('changes of a key arrive once and in order, whatever is written beside them', async () => {
  const table = await streamedTable()
  const versions: Record<string, number[]> = {}
  await using trigger = triggerOn(
    table,
    (records) => {
      for (const record of records) {
        const version = Number(record.dynamodb?.NewImage?.['version']?.N)
        versions[keyOf(record)] = [...(versions[keyOf(record)] ?? []), version]
      }
      return taken
    },
    { source: { batchSize: 7 } },
  )
  const expected = Array.from({ length: 20 }, (_, position) => position + 1)
  const keys = ['a', 'b', 'c', 'd', 'e']
  await Promise.all(
    keys.map(async (key) => {
      for (const version of expected) await table.put(key, { version: { N: String(version) } })
    }),
  )
  await trigger.idle()
  assert.deepEqual(versions, Object.fromEntries(keys.map((key) => [key, expected])))
  assert.ok(trigger.seen.every((batch) => batch.length <= 7))
})

test('changes made before the trigger started, and after a pause, arrive too', async () => {
  const table = await streamedTable()
  await table.put('before')
  await using trigger = triggerOn(table)
  await trigger.idle()
  await trigger.idle() // the stream has been read to its end, more than once
  await table.put('after')
  await trigger.idle()
  assert.deepEqual(trigger.seen, [['before'], ['after']])
})

test('a retry begins at the record that failed', async () => {
  const table = await streamedTable()
  for (const key of ['a', 'b', 'c', 'd']) await table.put(key)
  const answers = [refusing('c')]
  await using trigger = triggerOn(table, (records) => answers.shift()?.(records) ?? taken)
  await trigger.idle()
  assert.deepEqual(trigger.seen, [
    ['a', 'b', 'c', 'd'],
    ['c', 'd'],
  ])
  assert.deepEqual(await table.failures(), [])
})

test('a poison record ends on the failure queue, and later ones go on', async () => {
  const table = await streamedTable()
  for (const key of ['a', 'poison', 'b', 'c']) await table.put(key)
  await using trigger = triggerOn(table, refusing('poison'))
  await trigger.idle()
  assert.deepEqual(trigger.seen, [
    ['a', 'poison', 'b', 'c'],
    ['poison', 'b', 'c'],
    ['poison', 'b'],
    ['poison'],
    ['poison'],
    ['b'],
    ['c'],
  ])
  const [failure, ...others] = await table.failures()
  assert.deepEqual(others, [])
  const { requestContext, timestamp, DDBStreamBatchInfo, ...rest } = failure
  const { requestId, ...context } = requestContext
  assert.match(requestId, /^[0-9a-f-]{36}$/)
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(context, {
    functionArn: `arn:aws:lambda:${region}:000000000000:function:events-relay`,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 2,
  })
  assert.deepEqual(rest, {
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
    version: '1.0',
  })
  const { shardId, startSequenceNumber, ...range } = DDBStreamBatchInfo
  const { approximateArrivalOfFirstRecord, ...fixed } = range
  assert.match(shardId, /^shardId-/)
  assert.match(approximateArrivalOfFirstRecord, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.deepEqual(fixed, {
    endSequenceNumber: startSequenceNumber,
    approximateArrivalOfLastRecord: approximateArrivalOfFirstRecord,
    batchSize: 1,
    streamArn: table.streamArn,
  })
  assert.deepEqual(trigger.errors, [
    `Error: events-relay gave up 1 records of the stream at ${startSequenceNumber}`,
  ])
})

test('records are not forgotten when the failure queue cannot be told', async () => {
  const table = await streamedTable()
  await table.put('poison')
  const unreachable = new SQSClient({
    region,
    credentials,
    endpoint: 'http://127.0.0.1:9',
    maxAttempts: 1,
  })
  const asked = Promise.withResolvers<void>()
  await using trigger = triggerOn(
    table,
    (records) => {
      if (trigger.errors.length > 0) asked.resolve()
      return refusing('poison')(records)
    },
    { source: { maximumRetryAttempts: 0 }, sqs: unreachable },
  )
  await asked.promise
  assert.match(trigger.errors[0] ?? '', /ECONNREFUSED/)
})

test('only what a filter passes arrives, and the checkpoint passes the rest', async () => {
  const table = await streamedTable()
  const checkpoints = memoryCheckpoints()
  const filters = [
    JSON.stringify({ dynamodb: { NewImage: { evt: { M: { id: { S: [{ exists: true }] } } } } } }),
  ]
  await table.put('plain')
  await table.put('event', { evt: { M: { id: { S: 'evt_1' } } } })
  await table.remove('event')
  await using trigger = triggerOn(table, undefined, { source: { filters }, checkpoints })
  await trigger.idle()
  assert.deepEqual(trigger.seen, [['event']])
  await trigger.stop()
  await using restarted = triggerOn(table, undefined, { checkpoints })
  await restarted.idle()
  assert.deepEqual(restarted.seen, [])
})

test('a restart goes on at the checkpoint: nothing twice, nothing lost', async () => {
  const table = await streamedTable()
  const checkpoints = memoryCheckpoints()
  const options = { checkpoints, source: { batchSize: 3 } }
  const keys = Array.from({ length: 30 }, (_, position) => `key-${position}`)
  const seen: string[][] = []
  for (let start = 0; start < keys.length; start += 10) {
    const trigger = triggerOn(table, undefined, options)
    for (const key of keys.slice(start, start + 10)) await table.put(key)
    await trigger.stop() // somewhere within the ten
    seen.push(...trigger.seen)
  }
  await using last = triggerOn(table, undefined, options)
  await last.idle()
  assert.deepEqual([...seen, ...last.seen].flat(), keys)
})

test('a batch whose invocation was not taken when the trigger ended comes again', async () => {
  const table = await streamedTable()
  const checkpoints = memoryCheckpoints()
  for (const key of ['a', 'b', 'c']) await table.put(key)
  const invoked = Promise.withResolvers<void>()
  const broken = triggerOn(
    table,
    (records) => {
      if (keyOf(records[0] ?? {}) === 'a') return refusing('b')(records)
      invoked.resolve()
      return { error: { errorType: 'Runtime.ExitError', errorMessage: 'killed' } }
    },
    { checkpoints, source: { maximumRetryAttempts: Number.POSITIVE_INFINITY } },
  )
  await invoked.promise
  await broken.stop()
  await using restarted = triggerOn(table, undefined, { checkpoints })
  await restarted.idle()
  assert.deepEqual(restarted.seen, [['b', 'c']])
})

test('stop waits for the invocation under way and keeps what it has done', async () => {
  const table = await streamedTable()
  const checkpoints = memoryCheckpoints()
  await table.put('a')
  const invoked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<InvokeResult>()
  const trigger = triggerOn(
    table,
    () => {
      invoked.resolve()
      return released.promise
    },
    { checkpoints },
  )
  await invoked.promise
  const idle = assert.rejects(trigger.idle(), /has stopped/)
  const stopped = trigger.stop()
  released.resolve(taken)
  await Promise.all([stopped, idle])
  await assert.rejects(trigger.idle(), /has stopped/)
  await using restarted = triggerOn(table, undefined, { checkpoints })
  await restarted.idle()
  assert.deepEqual(restarted.seen, [])
})

test('a checkpoint that cannot be saved is reported and saved later', async () => {
  const table = await streamedTable()
  const memory = memoryCheckpoints()
  let failures = 1
  const checkpoints: Checkpoints = {
    load: memory.load,
    async save(positions) {
      failures -= 1
      if (failures >= 0) throw new Error('disk full')
      return memory.save(positions)
    },
  }
  await table.put('a')
  await using trigger = triggerOn(table, undefined, { checkpoints })
  await trigger.idle()
  await table.put('b')
  await trigger.idle()
  assert.deepEqual(trigger.errors, ['Error: disk full'])
  assert.equal(Object.keys(await memory.load()).length, 1)
})
