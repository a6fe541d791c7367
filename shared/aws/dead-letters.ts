import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { DeadLetters, RelayFailure } from '../operations/dead-letters.ts'
import { clientSettings } from './client-settings.ts'

const sqs = new SQSClient(clientSettings)

type Queues = { provisioning: string; deadLetters: string; relayFailures: string }

const BATCH = 10
/** While a message is ours: longer than a call of the function can last. */
const HIDDEN_SECONDS = 15

/** @param budgetMs how long a redrive goes on */
export const sqsDeadLetters = (queues: Queues, budgetMs = 5000): DeadLetters => ({
  async redrive() {
    const until = performance.now() + budgetMs
    let moved = 0
    while (performance.now() < until) {
      const messages = await receive(queues.deadLetters, HIDDEN_SECONDS)
      if (messages.length === 0) return { moved, isDone: true }
      // One after the other: messages of one subject stay in their order, also where one fails.
      for (const message of messages) await move(queues, message)
      moved += messages.length
    }
    return { moved, isDone: false }
  },

  async peekFailures() {
    const messages = await receive(queues.relayFailures, 0)
    return messages.map(failureOf)
  },
})

async function receive(QueueUrl: string, VisibilityTimeout: number): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: BATCH,
      WaitTimeSeconds: 1, // asks all of SQS's servers, so that none is an answer
      MessageSystemAttributeNames: ['MessageGroupId', 'MessageDeduplicationId'],
    }),
  )
  return Messages
}

/**
 * The deduplication id is the event's and the dead letter's: the same where this is tried again, so
 * that SQS drops the repeat, and another one where the event dies again, as SQS would drop that too.
 * Consumers know an event by the id that is in it.
 */
async function move({ provisioning, deadLetters }: Queues, message: Message): Promise<void> {
  const { Body, MessageId, ReceiptHandle, Attributes = {} } = message
  const { MessageGroupId, MessageDeduplicationId } = Attributes
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: provisioning,
      MessageBody: Body,
      MessageGroupId,
      MessageDeduplicationId: `${MessageDeduplicationId}.${MessageId}`.slice(0, 128),
    }),
  )
  await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }))
}

/** Source: AWS Lambda Developer Guide, "Retaining discarded batches for a DynamoDB event source". */
type Discarded = {
  timestamp?: string
  requestContext?: { functionArn?: string; condition?: string }
  DDBStreamBatchInfo?: {
    shardId?: string
    startSequenceNumber?: string
    endSequenceNumber?: string
    batchSize?: number
  }
}

function failureOf({ Body = '{}' }: Message): RelayFailure {
  const {
    timestamp = '',
    requestContext = {},
    DDBStreamBatchInfo = {},
  } = JSON.parse(Body) as Discarded
  const { shardId = '', startSequenceNumber = '', endSequenceNumber = '' } = DDBStreamBatchInfo
  return {
    at: timestamp,
    function: requestContext.functionArn?.split(':')[6] ?? '',
    condition: requestContext.condition ?? '',
    shardId,
    firstSequenceNumber: startSequenceNumber,
    lastSequenceNumber: endSequenceNumber,
    changes: DDBStreamBatchInfo.batchSize ?? 0,
  }
}
