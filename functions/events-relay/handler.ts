import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { sqsPublisher } from '#shared/aws/sqs-publisher.ts'
import { eventsOf } from '#shared/aws/stream-records.ts'
import { sendWork } from '#shared/aws/work-queue.ts'
import { type EventPublisher, relay } from '#shared/events/relay.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import { workOf } from '#shared/scim/following/work.ts'

type Ports = {
  publisher: EventPublisher
  /** Has access follow who is in which group; what it gets twice is done twice. */
  follow: (work: readonly object[]) => Promise<void>
  source: string
}

export const relayChanges =
  ({ publisher, follow, source }: Ports) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const events = eventsOf(Records, source)
    await follow(events.flatMap(({ event }) => workOf(event) ?? []))
    const resumeAt = await relay(publisher, events)
    log.info('events_relayed', { count: events.length, isComplete: resumeAt === undefined })
    return {
      batchItemFailures: resumeAt === undefined ? [] : [{ itemIdentifier: resumeAt }],
    }
  }

const { PROVISIONING_QUEUE_URL, ACCESS_QUEUE_URL, PUBLIC_URL } = readEnv(
  'PROVISIONING_QUEUE_URL',
  'ACCESS_QUEUE_URL',
  'PUBLIC_URL',
)
export const handler = relayChanges({
  publisher: sqsPublisher(PROVISIONING_QUEUE_URL),
  follow: (work) => sendWork(ACCESS_QUEUE_URL, work),
  source: PUBLIC_URL,
})
