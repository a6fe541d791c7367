import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { OrgId } from '../ids.ts'
import type { OrganizationItem } from '../orgs/transfer.ts'
import { dynamo, type Key, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { kindOf } from './organization-items.ts'

/** Items of one BatchGetItem. */
const BATCH = 100

/** Items of a partition, from a place on. */
export async function readPartition(
  table: string,
  pk: string,
  { after, limit }: { after?: string | undefined; limit?: number } = {},
): Promise<{ items: OrganizationItem[]; isLast: boolean }> {
  const items: OrganizationItem[] = []
  let start = after
  for (;;) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: start === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :start',
        ExpressionAttributeValues: toItem({
          ':pk': pk,
          ...(start !== undefined && { ':start': start }),
        }),
        ConsistentRead: true,
        ...(limit !== undefined && { Limit: limit - items.length }),
      }),
    )
    items.push(...Items.map((item) => fromItem<OrganizationItem>(item)))
    if (!LastEvaluatedKey) return { items, isLast: true }
    if (limit !== undefined && items.length >= limit) return { items, isLast: false }
    start = fromItem<Key & { sk: string }>(LastEvaluatedKey).sk
  }
}

/**
 * Items, and all that they lead to: a level for each step away from them. None is there twice, and
 * none that belongs to another organization.
 */
export async function levelsFrom(
  table: string,
  orgId: OrgId,
  items: readonly OrganizationItem[],
): Promise<OrganizationItem[][]> {
  const levels: OrganizationItem[][] = []
  const known = new Set<string>()
  let level = [...items]
  while (level.length > 0) {
    const fresh = level.filter((item) => kindOf(item, orgId) && isNew(known, item))
    levels.push(fresh)
    level = await linked(table, orgId, fresh, known)
  }
  return levels
}

const nameOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk])

function isNew(known: Set<string>, item: OrganizationItem): boolean {
  const name = nameOf(item)
  if (known.has(name)) return false
  known.add(name)
  return true
}

async function linked(
  table: string,
  orgId: OrgId,
  items: readonly OrganizationItem[],
  known: ReadonlySet<string>,
): Promise<OrganizationItem[]> {
  const links = items.map((item) => kindOf(item, orgId)?.links?.(item, orgId) ?? {})
  const keys = links.flatMap((link) => link.items ?? []).filter((key) => !known.has(nameOf(key)))
  const partitions = new Set(links.flatMap((link) => link.partitions ?? []))
  const read = await Promise.all([
    readKeys(table, keys),
    ...[...partitions].map(async (pk) => (await readPartition(table, pk)).items),
  ])
  return read.flat()
}

async function readKeys(table: string, keys: readonly Key[]): Promise<OrganizationItem[]> {
  const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()]
  const found: OrganizationItem[] = []
  for (let start = 0; start < distinct.length; start += BATCH) {
    const wanted = distinct.slice(start, start + BATCH).map((key) => ({ table, key }))
    const items = await readItems(wanted)
    found.push(...items.flatMap((item) => (item ? [item as OrganizationItem] : [])))
  }
  return found
}
