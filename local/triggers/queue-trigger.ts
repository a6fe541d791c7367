import { setTimeout } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { Invoke } from '#local/lambda/lambda-protocol.ts'
import type { EventSource } from '#local/template/template.ts'
import { failedItems } from './batch-failures.ts'

export type QueueTriggerSettings = {
  source: Extract<EventSource, { kind: 'queue' }>
  sqs: SQSClient
  invoke: Invoke
  /** Gets what goes wrong outside the function. */
  onError: (error: unknown) => void
}

export type QueueTrigger = {
  /** Waits for the invocation that is under way, if any. */
  stop(): Promise<void>
}

// fauxqs 2.4.1 goes on waiting for a client that has left, and what arrives then is hidden from
// others until its visibility time-out: short waits keep that rare.
const waitSeconds = 1
const pauseAfterErrorMs = 300

/**
 * Invokes a function with the messages of a queue, as Lambda's event source mapping does: at least
 * once, one batch at a time. Messages that failed stay in the queue, which shows them again after its
 * visibility time-out, or moves them to its dead-letter queue.
 *
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
export function startQueueTrigger(settings: QueueTriggerSettings): QueueTrigger {
  const stopping = new AbortController()
  const { signal } = stopping

  async function recover(error: unknown): Promise<void> {
    if (signal.aborted) return
    settings.onError(error)
    await setTimeout(pauseAfterErrorMs, undefined, { signal }).catch(() => {})
  }

  async function run(): Promise<void> {
    while (!signal.aborted) await handleBatch(settings, signal).catch(recover)
  }

  const stopped = run()
  return {
    async stop() {
      stopping.abort()
      await stopped
    },
  }
}

async function handleBatch(
  { source, sqs, invoke }: QueueTriggerSettings,
  signal: AbortSignal,
): Promise<void> {
  const { functionName, queueUrl, queueArn, batchSize, reportBatchItemFailures } = source
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(10, batchSize), // the most that one call takes
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  })
  const { Messages: messages = [] } = await sqs.send(receive, { abortSignal: signal })
  if (messages.length === 0) return
  const origin = { eventSourceARN: queueArn, awsRegion: await sqs.config.region() }
  const Records = messages.map((message) => queueRecord(message, origin))
  const result = await invoke(functionName, { Records })
  if ('error' in result) return
  const identifiers = Records.map(({ messageId }) => messageId)
  const failed = reportBatchItemFailures ? failedItems(result.payload, identifiers) : new Set()
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
  await remove(sqs, queueUrl, done)
}

async function remove(sqs: SQSClient, queueUrl: string, messages: readonly Message[]) {
  if (messages.length === 0) return
  const Entries = messages.map(({ ReceiptHandle }, position) => ({
    Id: String(position),
    ReceiptHandle,
  }))
  const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })
  const { Failed = [] } = await sqs.send(command)
  if (Failed.length > 0) {
    const reasons = Failed.map(({ Message: reason }) => reason).join(', ')
    throw new Error(`${Failed.length} messages could not be deleted from ${queueUrl}: ${reasons}`)
  }
}

type Origin = Pick<SQSRecord, 'eventSourceARN' | 'awsRegion'>

/** Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", example events. */
function queueRecord(message: Message, origin: Origin): SQSRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '' } = message
  const { Attributes, MessageAttributes = {}, MD5OfMessageAttributes } = message
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ...Attributes } as SQSRecord['attributes'], // a real message has all that are required
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, value]) => [name, attribute(value)]),
    ),
    md5OfBody: MD5OfBody,
    ...(MD5OfMessageAttributes && { md5OfMessageAttributes: MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    ...origin,
  }
}

const attribute = ({ DataType = '', StringValue, BinaryValue }: MessageAttributeValue) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
})
