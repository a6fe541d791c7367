import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { clientSettings } from './client-settings.ts'
import { fromItem, toItem } from './dynamo-item.ts'

export const dynamo = new DynamoDBClient(clientSettings)

export type Key = { pk: string; sk?: string }
type Wanted = { table: string; key: Key }
type Requests = NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']>

const MAX_ATTEMPTS = 5

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

/** A condition of a transaction that did not hold, and the item as it was if it was asked for. */
export type FailedCondition = { index: number; item: object | undefined }

/**
 * Writes all or nothing. Answers the conditions that failed; empty: it is written. The token makes
 * the SDK's own retries idempotent; conflicts with other transactions, which the SDK does not
 * retry, are retried here.
 */
export async function transact(
  items: readonly TransactWriteItem[],
  maxAttempts = MAX_ATTEMPTS,
): Promise<FailedCondition[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ClientRequestToken = randomUUID()
      await dynamo.send(
        new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken }),
      )
      return []
    } catch (error) {
      const failed = failedConditions(error)
      if (failed.length > 0) return failed
      if (!isConflict(error) || attempt === maxAttempts) throw error
      await backOff(attempt)
    }
  }
}

function failedConditions(error: unknown): FailedCondition[] {
  if (!(error instanceof TransactionCanceledException)) return []
  return (error.CancellationReasons ?? []).flatMap(({ Code, Item }, index) =>
    Code === 'ConditionalCheckFailed'
      ? [{ index, item: Item ? fromItem<object>(Item) : undefined }]
      : [],
  )
}

/** Whether another transaction had one of the items. */
export const isConflict = (error: unknown) =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => Code === 'TransactionConflict')

/** Exponential with full jitter, from 25 to 800 ms. */
export const backOff = (attempt: number) =>
  setTimeout(Math.random() * 25 * 2 ** Math.min(attempt, 5))
