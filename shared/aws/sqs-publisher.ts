import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { EventPublisher } from '../events/relay.ts'
import { clientSettings } from './client-settings.ts'

const sqs = new SQSClient(clientSettings)

/** Sends to a FIFO queue: ordered by subject, and repeats within five minutes are dropped by SQS. */
export const sqsPublisher = (queueUrl: string): EventPublisher => ({
  batchSize: 10,
  async publish(events) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: events.map((event, index) => ({
          Id: String(index),
          MessageBody: asciiJson(event),
          MessageGroupId: event.subject,
          MessageDeduplicationId: event.id,
        })),
      }),
    )
    return Failed.map(({ Id }) => Number(Id))
  },
})

/** In ASCII, as SQS does not take every character (SendMessage: MessageBody), but every escape. */
const asciiJson = (value: object) =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${hex(unit).padStart(4, '0')}`)

const hex = (unit: string) => unit.charCodeAt(0).toString(16)
