import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { BreakGlass } from '../admin/break-glass.ts'
import type { OrgId } from '../ids.ts'
import { breakGlassOf } from './break-glass-item.ts'
import { dynamo } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

/** The emergencies of an organization, newest first: ids begin with their time. */
export async function listBreakGlass(
  directory: string,
  orgId: OrgId,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<{ records: readonly BreakGlass[]; next?: string }> {
  // Whatever begins with `bgl_` comes before `bgl~`, and so do all before the one named.
  const range = { ':pk': `breakglass#${orgId}`, ':from': 'bgl_', ':to': after ?? 'bgl~' }
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: directory,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: toItem(range),
      ScanIndexForward: false,
      // One more tells whether there is a next page; the one named was on the page before.
      Limit: limit + (after === undefined ? 1 : 2),
      ConsistentRead: true,
    }),
  )
  const records = Items.flatMap((item) => breakGlassOf(fromItem<object>(item)) ?? []).filter(
    ({ id }) => id !== after,
  )
  const page = records.slice(0, limit)
  const last = records.length > limit ? page.at(-1) : undefined
  return { records: page, ...(last && { next: last.id }) }
}
