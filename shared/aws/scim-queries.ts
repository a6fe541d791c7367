import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { partsOf, sideBySide } from '../side-by-side.ts'
import { dynamo, type Key } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { queryPage } from './query.ts'

type List = { pk: string; prefix: string }

/** Items of a partition in their order, so many at most, and whether those are all. */
export async function queryUpTo(
  table: string,
  partition: { pk: string; prefix?: string },
  most: number,
): Promise<{ items: readonly Required<Key>[]; isAll: boolean }> {
  const items: Required<Key>[] = []
  let after: string | undefined
  do {
    const limit = most + 1 - items.length
    const page = await queryPage(table, { ...partition, after, limit })
    items.push(...page.items)
    after = page.next
  } while (after !== undefined && items.length <= most)
  return { items: items.slice(0, most), isAll: items.length <= most }
}

/**
 * The sort key of the row before which there are so many others, counted without being read out;
 * undefined: nothing comes after them.
 */
export async function skipRows(
  table: string,
  { pk, prefix }: List,
  count: number,
): Promise<string | undefined> {
  let left = count
  let from: ReturnType<typeof toItem> | undefined
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: toItem({ ':pk': pk, ':prefix': prefix }),
        Select: 'COUNT',
        ConsistentRead: true,
        Limit: Math.min(left, MAX_LIMIT),
        ...(from && { ExclusiveStartKey: from }),
      }),
    )
    left -= page.Count ?? 0
    from = page.LastEvaluatedKey
  } while (from && left > 0)
  return from && fromItem<Required<Key>>(from).sk
}

/** What DynamoDB takes: far more than a call of 1 MB counts. */
const MAX_LIMIT = 1_000_000

const PORTION = 100
const AT_ONCE = 8

/** Reads a hundred items in a call and some calls at once; answers them in the order asked for. */
export const inPortions = async <Wanted, Item>(
  wanted: readonly Wanted[],
  read: (some: readonly Wanted[]) => Promise<readonly Item[]>,
): Promise<readonly Item[]> => (await atOnce(partsOf(wanted, PORTION), read)).flat()

/** Runs a few calls at a time; answers in the order of what they are for. */
export const atOnce = <Wanted, Found>(
  wanted: readonly Wanted[],
  run: (one: Wanted) => Promise<Found>,
): Promise<readonly Found[]> => sideBySide(wanted, AT_ONCE, run)
