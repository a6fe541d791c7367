import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'
import { type LocalSqs, startSqs } from '#local/services/sqs.ts'
import { startQueueTrigger } from '#local/triggers/queue-trigger.ts'

const region = 'eu-central-1'

let server: LocalSqs
let sqs: SQSClient

before(async () => {
  server = await startSqs({ region })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  sqs = new SQSClient({ region, credentials, endpoint: server.url })
})

after(async () => {
  sqs.destroy()
  await server.stop()
})

type Sending = { group?: string; attributes?: Record<string, MessageAttributeValue> }

let queues = 0

/** A queue that shows a message again a second after it was received. */
async function newQueue(attributes: Record<string, string> = {}) {
  queues += 1
  const QueueName = attributes['FifoQueue'] ? `queue-${queues}.fifo` : `queue-${queues}`
  const Attributes = { VisibilityTimeout: '1', ...attributes }
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const count = async () => {
    const AttributeNames = ['All' as const]
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames })
    const { Attributes: counts = {} } = await sqs.send(command)
    return (
      Number(counts['ApproximateNumberOfMessages']) +
      Number(counts['ApproximateNumberOfMessagesNotVisible'])
    )
  }
  return {
    url: QueueUrl,
    arn: `arn:aws:sqs:${region}:000000000000:${QueueName}`,
    send: (MessageBody: string, { group, attributes: MessageAttributes }: Sending = {}) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageAttributes,
          ...(group && {
            MessageGroupId: group,
            MessageDeduplicationId: `${group}-${MessageBody}`,
          }),
        }),
      ),
    /** Waits until no message is left. */
    async drained() {
      while ((await count()) > 0) await setTimeout(20)
    },
    count,
    async receive() {
      const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 })
      const { Messages = [] } = await sqs.send(command)
      return Messages.map(({ Body }) => Body)
    },
  }
}

type Queue = Awaited<ReturnType<typeof newQueue>>
type Answer = (records: readonly SQSRecord[]) => InvokeResult | Promise<InvokeResult>

const taken: InvokeResult = { payload: null }

/** Reports the messages with one of these bodies as failed. */
const refuse = (records: readonly SQSRecord[], bodies: readonly string[]): InvokeResult => ({
  payload: {
    batchItemFailures: records
      .filter(({ body }) => bodies.includes(body))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  },
})

/** A trigger on the queue; `seen` are the bodies its function got, invocation by invocation. */
function triggerOn(queue: Queue, answer: Answer = () => taken, change: object = {}) {
  const seen: string[][] = []
  const errors: string[] = []
  const trigger = startQueueTrigger({
    source: {
      kind: 'queue',
      functionName: 'events-deliver',
      queueUrl: queue.url,
      queueArn: queue.arn,
      batchSize: 10,
      reportBatchItemFailures: true,
      ...change,
    },
    sqs,
    invoke: async (_functionName, event) => {
      const { Records } = JSON.parse(JSON.stringify(event)) as { Records: SQSRecord[] }
      seen.push(Records.map(({ body }) => body))
      return answer(Records)
    },
    onError: (error) => errors.push(String(error)),
  })
  return { ...trigger, seen, errors, [Symbol.asyncDispose]: trigger.stop }
}

test('a message arrives as Lambda sends it', async () => {
  const queue = await newQueue({ FifoQueue: 'true' })
  const records: SQSRecord[] = []
  await using trigger = triggerOn(queue, (batch) => {
    records.push(...batch)
    return taken
  })
  const { MessageId, MD5OfMessageBody, MD5OfMessageAttributes } = await queue.send('{"id":1}', {
    group: 'usr_1',
    attributes: {
      type: { DataType: 'String', StringValue: 'user.created' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
    },
  })
  await queue.drained()
  assert.deepEqual(trigger.errors, [])
  const [record, ...others] = records
  assert.deepEqual(others, [])
  assert.ok(record)
  const { receiptHandle, attributes, ...rest } = record
  assert.ok(receiptHandle)
  assert.deepEqual(rest, {
    messageId: MessageId,
    body: '{"id":1}',
    messageAttributes: {
      type: {
        stringValue: 'user.created',
        stringListValues: [],
        binaryListValues: [],
        dataType: 'String',
      },
      bytes: {
        binaryValue: 'AQL/',
        stringListValues: [],
        binaryListValues: [],
        dataType: 'Binary',
      },
    },
    md5OfBody: MD5OfMessageBody,
    md5OfMessageAttributes: MD5OfMessageAttributes,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  })
  assert.equal(attributes.ApproximateReceiveCount, '1')
  assert.equal(attributes.MessageGroupId, 'usr_1')
  assert.equal(attributes.MessageDeduplicationId, 'usr_1-{"id":1}')
  assert.ok(Math.abs(Number(attributes.SentTimestamp) - Date.now()) < 60_000)
})

test('messages of a group keep their order, also when one has to be retried', async () => {
  const queue = await newQueue({ FifoQueue: 'true' })
  const done: string[] = []
  let isBroken = true
  for (let number = 1; number <= 6; number += 1) {
    for (const group of ['a', 'b']) await queue.send(`${group}${number}`, { group })
  }
  await using trigger = triggerOn(queue, (records) => {
    const bodies = records.map(({ body }) => body)
    // A function that meets a failure reports it and all that follow in the same group.
    const from = isBroken ? bodies.indexOf('a2') : -1
    if (from >= 0) isBroken = false
    const failed = from < 0 ? [] : bodies.slice(from).filter((body) => body.startsWith('a'))
    done.push(...bodies.filter((body) => !failed.includes(body)))
    return refuse(records, failed)
  })
  await queue.drained()
  assert.deepEqual(trigger.errors, [])
  for (const group of ['a', 'b']) {
    const expected = [1, 2, 3, 4, 5, 6].map((number) => `${group}${number}`)
    assert.deepEqual(
      done.filter((body) => body.startsWith(group)),
      expected,
    )
  }
})

test('only messages that were reported come again', async () => {
  const queue = await newQueue()
  for (const body of ['1', '2', '3']) await queue.send(body)
  const remaining = ['2']
  await using trigger = triggerOn(queue, (records) => {
    const failed = records.some(({ body }) => body === '2') ? remaining.splice(0) : []
    return refuse(records, failed)
  })
  await queue.drained()
  assert.deepEqual(trigger.seen.flat().toSorted(), ['1', '2', '2', '3'])
})

test('a failed function gets the whole batch again', async () => {
  const queue = await newQueue()
  await queue.send('1')
  const answers: InvokeResult[] = [{ error: { errorType: 'Error', errorMessage: 'thrown' } }]
  await using trigger = triggerOn(queue, () => answers.shift() ?? taken)
  await queue.drained()
  assert.deepEqual(trigger.seen, [['1'], ['1']])
})

test('without partial failures the report is not read', async () => {
  const queue = await newQueue()
  await queue.send('1')
  await using trigger = triggerOn(queue, (records) => refuse(records, ['1']), {
    reportBatchItemFailures: false,
  })
  await queue.drained()
  assert.deepEqual(trigger.seen, [['1']])
})

test('a poison message ends in the dead-letter queue', async () => {
  const dead = await newQueue()
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 })
  const queue = await newQueue({ RedrivePolicy, VisibilityTimeout: '0' })
  await queue.send('poison')
  await using trigger = triggerOn(queue, (records) => refuse(records, ['poison']))
  assert.deepEqual(await dead.receive(), ['poison'])
  assert.equal(trigger.seen.length, 2)
})

test('a batch is no larger than the function wants it', async () => {
  const queue = await newQueue()
  for (const body of ['1', '2', '3', '4', '5']) await queue.send(body)
  await using trigger = triggerOn(queue, undefined, { batchSize: 2 })
  await queue.drained()
  assert.ok(trigger.seen.every(({ length }) => length <= 2))
})

test('stop ends a wait at once, and waits for an invocation under way', async () => {
  const queue = await newQueue({ VisibilityTimeout: '60' })
  const invoked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<InvokeResult>()
  const trigger = triggerOn(queue, () => {
    invoked.resolve()
    return released.promise
  })
  await queue.send('1')
  await invoked.promise
  const stopped = trigger.stop()
  assert.equal(await queue.count(), 1)
  released.resolve(taken)
  await stopped
  assert.equal(await queue.count(), 0)
  let leastMs = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && leastMs > 500; attempt++) {
    const idle = triggerOn(queue)
    await setTimeout(50)
    const startedAt = performance.now()
    await idle.stop()
    leastMs = Math.min(leastMs, performance.now() - startedAt)
    assert.deepEqual(idle.errors, [])
  }
  assert.ok(leastMs <= 500, `${leastMs} ms, and its wait is of a second`)
})

test('an error of the queue is reported, and the trigger goes on', async () => {
  const queue = await newQueue()
  await using trigger = triggerOn({ ...queue, url: `${queue.url}-missing` })
  while (trigger.errors.length < 2) await setTimeout(20)
  assert.match(trigger.errors[0] ?? '', /QueueDoesNotExist/)
})
