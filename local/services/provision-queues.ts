import {
  CreateQueueCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { QueueDefinition } from '#local/template/template.ts'

/** fauxqs 2.4.1 takes these two when a queue is created, and keeps them; SQS lets them be set. */
const kept = ({
  DeduplicationScope: _,
  FifoThroughputLimit: __,
  ...rest
}: Record<string, string>) => rest

/** Creates queues in their order and brings existing ones to the template's attributes. */
export async function provisionQueues(
  queues: readonly QueueDefinition[],
  { endpoint, region }: { endpoint: string; region: string },
): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint, region, credentials })
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand())
  const existing = new Set(QueueUrls.map((url) => url.split('/').at(-1)))
  for (const { name, url, attributes } of queues) {
    const done = existing.has(name)
      ? client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: kept(attributes) }))
      : client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
    await done
  }
  client.destroy()
}
