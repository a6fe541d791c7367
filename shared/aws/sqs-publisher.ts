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
          MessageBody: JSON.stringify(event),
          MessageGroupId: event.subject,
          MessageDeduplicationId: event.id,
        })),
      }),
    )
    return Failed.map(({ Id }) => Number(Id))
  },
})
