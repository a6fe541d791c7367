import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { sqsPublisher } from '#shared/aws/sqs-publisher.ts'
import { eventsOf } from '#shared/aws/stream-records.ts'
import { type EventPublisher, relay } from '#shared/events/relay.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'

type Ports = { publisher: EventPublisher; source: string }

export const relayChanges =
  ({ publisher, source }: Ports) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const events = eventsOf(Records, source)
    const resumeAt = await relay(publisher, events)
    log.info('events_relayed', { count: events.length, isComplete: resumeAt === undefined })
    return {
      batchItemFailures: resumeAt === undefined ? [] : [{ itemIdentifier: resumeAt }],
    }
  }

const { PROVISIONING_QUEUE_URL, PUBLIC_URL } = readEnv('PROVISIONING_QUEUE_URL', 'PUBLIC_URL')
export const handler = relayChanges({
  publisher: sqsPublisher(PROVISIONING_QUEUE_URL),
  source: PUBLIC_URL,
})
