import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { toItem } from './dynamo-item.ts'
import { transact } from './transact.ts'

/** A write of a transaction, and what it means if its condition does not hold. */
export type GuardedWrite<Failure> = {
  write: TransactWriteItem
  /** @param stored the item as it was, where the condition asks for it */
  onFailure: (stored: object | undefined) => Failure
}

/** Writes all or nothing; of several conditions that failed, the first in the list explains it. */
export async function writeAll<Failure>(
  writes: readonly GuardedWrite<Failure>[],
  maxAttempts?: number,
): Promise<Failure | undefined> {
  const items = writes.map(({ write }) => write)
  const [failed] = await transact(items, maxAttempts)
  return failed && writes[failed.index]?.onFailure(failed.item)
}

/** A write whose condition is that things are as they were read. */
export const orChangedMeanwhile = (
  write: TransactWriteItem,
): GuardedWrite<'changed_meanwhile'> => ({ write, onFailure: () => 'changed_meanwhile' })

/** A write that no condition guards. */
export const unguarded = (write: TransactWriteItem): GuardedWrite<never> => ({
  write,
  onFailure: () => {
    throw new Error('a write without a condition failed')
  },
})

export const put = (table: string, item: object): GuardedWrite<never> =>
  unguarded({ Put: { TableName: table, Item: toItem(item) } })

export const remove = (table: string, key: object): GuardedWrite<never> =>
  unguarded({ Delete: { TableName: table, Key: toItem(key) } })
