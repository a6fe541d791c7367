import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Deployment, Depth } from '../operations/examine.ts'
import { catalogueOf } from './catalogue-item.ts'
import { clientSettings } from './client-settings.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { kmsPublicKey } from './kms-jwt-signer.ts'

const sqs = new SQSClient(clientSettings)

type Resources = {
  directory: string
  ephemeral: string
  /** ARNs by what they are for. */
  keys: Readonly<Record<string, string>>
  queues: Readonly<
    Record<'provisioning' | 'deadLetters' | 'relayFailures' | 'accessDeadLetters', string>
  >
}

/** The deployment that a function is part of. */
export const awsDeployment = ({ directory, ephemeral, keys, queues }: Resources): Deployment => ({
  async readTables() {
    const [catalogue] = await readItems([
      { table: directory, key: directoryKeys.catalogue() },
      { table: ephemeral, key: ephemeralKeys.login('nobody') },
    ])
    return { products: catalogueOf(catalogue).size }
  },
  keys: Object.fromEntries(
    Object.entries(keys).map(([name, arn]) => [name, () => kmsPublicKey(arn)]),
  ),
  provisioning: () => depthOf(queues.provisioning),
  deadLetters: () => depthOf(queues.deadLetters),
  relayFailures: () => depthOf(queues.relayFailures),
  accessDeadLetters: () => depthOf(queues.accessDeadLetters),
})

async function depthOf(QueueUrl: string): Promise<Depth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return {
    waiting: Number(Attributes['ApproximateNumberOfMessages']),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  }
}
