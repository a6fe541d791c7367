import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Dependants } from '../domains/errors.ts'
import type { OrgId, UserId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { userOf } from './entities.ts'

/** How many people are looked at, once an active one is among them. */
const ENOUGH = 1000
const PAGE = 100
const SHOWN = 10

/**
 * Active people with addresses in a domain. As long as there is none, all of its people are looked
 * at; once there is one, nobody needs to know how many there are beyond a thousand.
 */
export async function findDependants(
  directory: string,
  orgId: OrgId,
  domain: string,
): Promise<Dependants | undefined> {
  const active: UserId[] = []
  let from: ReturnType<typeof toItem> | undefined
  let looked = 0
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: directory,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({ ':pk': `org#${orgId}#domain#${domain}` }),
        ConsistentRead: true,
        Limit: PAGE,
        ...(from && { ExclusiveStartKey: from }),
      }),
    )
    const ids = (page.Items ?? []).map((item) => fromItem<{ sk: UserId }>(item).sk)
    active.push(...(await activeOf(directory, orgId, ids)))
    looked += ids.length
    from = page.LastEvaluatedKey
  } while (from && (active.length === 0 || looked < ENOUGH))
  if (active.length === 0) return undefined
  return { count: active.length, hasMore: from !== undefined, userIds: active.slice(0, SHOWN) }
}

async function activeOf(table: string, orgId: OrgId, ids: readonly UserId[]) {
  const keys = ids.map((id) => directoryKeys.user(orgId, id))
  const items = await readItems(keys.map((key) => ({ table, key })))
  return ids.filter((_, index) => userOf(items[index])?.state === 'active')
}
