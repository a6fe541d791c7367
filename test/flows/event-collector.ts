import { setTimeout } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { CloudEvent } from '#shared/events/cloud-event.ts'

export type EventCollector = {
  /** What has arrived so far, repeats included, in order of arrival. */
  all: readonly CloudEvent[]
  /** The events that match, once there are that many; throws after a minute, which other tests' events may take before. */
  waitFor(matches: (event: CloudEvent) => boolean, count: number): Promise<CloudEvent[]>
  /** Resolves when all that the queue has had so far is in `all`; throws after a minute. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

/** Reads the provisioning queue as a product would, for as long as the tests run. */
export function collectEvents(endpoint: string, queueUrl: string): EventCollector {
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false })
  const all: CloudEvent[] = []
  let isRunning = true
  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    )
    if (Messages.length === 0) return
    all.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '') as CloudEvent))
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  }
  const loop = (async () => {
    while (isRunning) await receive()
  })()
  return {
    all,
    async waitFor(matches, count) {
      for (let waited = 0; waited < 60_000; waited += 50) {
        const found = all.filter(matches)
        if (found.length >= count) return found
        await setTimeout(50)
      }
      const got = all.filter(matches).map(({ type }) => type)
      throw new Error(`expected ${count} events, got ${got.length}: ${got.join(', ')}`)
    },
    async caughtUp() {
      for (let waited = 0; waited < 60_000; waited += 50) {
        if (await isEmpty(sqs, queueUrl)) return
        await setTimeout(50)
      }
      throw new Error('the queue of events did not become empty')
    },
    async stop() {
      isRunning = false
      await loop
      sqs.destroy()
    },
  }
}

/** Whether nothing waits, and nothing was received that is not yet deleted. */
async function isEmpty(sqs: SQSClient, QueueUrl: string): Promise<boolean> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  const counts = Object.values(Attributes)
  return counts.length === 2 && counts.every((count) => count === '0')
}
