import { randomUUID } from 'node:crypto'
import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { backOff, dynamo, MAX_ATTEMPTS } from './dynamo.ts'
import { fromItem } from './dynamo-item.ts'

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
