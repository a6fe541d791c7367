import { setTimeout } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { clientSettings } from './client-settings.ts'
import { fromItem, toItem } from './dynamo-item.ts'

export const dynamo = new DynamoDBClient(clientSettings)

export type Key = { pk: string; sk?: string }
type Wanted = { table: string; key: Key }
type Requests = NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']>

/** Of one call that DynamoDB did not do, or did not do whole. */
export const MAX_ATTEMPTS = 5

/**
 * Reads up to 100 items, strongly consistent, in one call. Answers them in the order asked for.
 *
 * @throws where DynamoDB leaves some unread after several attempts
 */
export async function readItems(wanted: readonly Wanted[]): Promise<(object | undefined)[]> {
  const found = new Map<string, object>()
  let requests: Requests = requestsOf(wanted)
  for (let attempt = 1; Object.keys(requests).length > 0; attempt++) {
    if (attempt > MAX_ATTEMPTS) throw new Error('DynamoDB left keys unprocessed')
    if (attempt > 1) await backOff(attempt)
    const output = await dynamo.send(new BatchGetItemCommand({ RequestItems: requests }))
    for (const [table, items] of Object.entries(output.Responses ?? {})) {
      for (const item of items) {
        const read = fromItem<Key>(item)
        found.set(nameOf({ table, key: read }), read)
      }
    }
    requests = output.UnprocessedKeys ?? {}
  }
  return wanted.map((one) => found.get(nameOf(one)))
}

const nameOf = ({ table, key }: Wanted) => JSON.stringify([table, key.pk, key.sk])

function requestsOf(wanted: readonly Wanted[]): Requests {
  const requests: Requests = {}
  for (const { table, key } of wanted) {
    const request = requests[table] ?? { Keys: [], ConsistentRead: true }
    request.Keys?.push(toItem(key))
    requests[table] = request
  }
  return requests
}

/** Exponential with full jitter, from 25 to 800 ms. */
export const backOff = (attempt: number) =>
  setTimeout(Math.random() * 25 * 2 ** Math.min(attempt, 5))
