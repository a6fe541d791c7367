import type { LocalKms } from '#local/kms/server.ts'
import type { Template } from '#local/template/template.ts'
import { provisionQueues } from './provision-queues.ts'
import { provisionTables } from './provision-tables.ts'

type Services = {
  /** URLs of the services themselves, not of the endpoint that checks calls. */
  dynamodb: string
  sqs: string
  kms: Pick<LocalKms, 'ensureKey' | 'ensureAlias'>
}

/**
 * Creates the tables, queues and keys of the template. What is there already keeps its data; a
 * table that cannot become what the template says is an error.
 *
 * @returns the ARN of each table's stream, by table name
 */
export async function provision(template: Template, { dynamodb, sqs, kms }: Services) {
  const { tables, queues, keys, aliases, place } = template
  const [streamArns] = await Promise.all([
    provisionTables(tables, { endpoint: dynamodb, region: place.region }),
    provisionQueues(queues, { endpoint: sqs, region: place.region }),
    Promise.all(keys.map((key) => kms.ensureKey(key))),
  ])
  for (const alias of aliases) kms.ensureAlias(alias)
  return streamArns
}
