import {
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { fromItem, toItem } from '#shared/aws/dynamo-item.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import type { OrgId, TraceId, UserId } from '#shared/ids.ts'

/** What tests look up and change behind the product's back, as an operator could. */
const directory = () => process.env['DIRECTORY_TABLE'] ?? ''
const ephemeral = () => process.env['EPHEMERAL_TABLE'] ?? ''

export async function setUserState(orgId: OrgId, userId: string, state: 'active' | 'suspended') {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: directory(),
      Key: toItem(directoryKeys.user(orgId, userId as UserId)),
      UpdateExpression: 'SET #state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({ ':state': state }),
    }),
  )
}

/** Who has an address. */
export async function userOf(orgId: OrgId, email: string): Promise<UserId | undefined> {
  const Key = toItem(directoryKeys.email(orgId, email))
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: directory(), Key }))
  return Item && fromItem<{ userId: UserId }>(Item).userId
}

/** Moves the end of a login token's life. */
export async function setRedeemableUntil(token: string, milliseconds: number) {
  const [handle = ''] = token.split('.')
  await dynamo.send(
    new UpdateItemCommand({
      TableName: ephemeral(),
      Key: toItem(ephemeralKeys.login(handle)),
      UpdateExpression: 'SET redeemableUntilMs = :until',
      ExpressionAttributeValues: toItem({ ':until': milliseconds }),
    }),
  )
}

/** The stored trace of a refusal, wherever it was filed. */
export async function findTrace(orgId: OrgId | undefined, traceId: string) {
  const id = traceId as TraceId
  const keys = [
    directoryKeys.trace(orgId, id),
    ...(orgId === undefined ? [] : [directoryKeys.unvouchedTrace(orgId, id)]),
  ]
  for (const key of keys) {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: directory(), Key: toItem(key) }),
    )
    if (Item) return fromItem<StoredTrace>(Item)
  }
  return undefined
}

type StoredTrace = {
  cause?: string
  got?: string
  outcome: string
  stage?: string
  notes?: readonly string[]
  message?: string
}

export async function tracesOf(orgId: OrgId) {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: directory(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: toItem({ ':pk': `trace#${orgId}` }),
    }),
  )
  return Items.map((item) => fromItem<{ outcome: string; notes?: readonly string[] }>(item))
}

/** Everything stored but traces, as text: two of them differ if anything has changed. */
export async function everythingBut(...prefixes: readonly ('trace#' | 'test#' | 'login#')[]) {
  const items = await Promise.all([directory(), ephemeral()].map(scan))
  return (
    items
      .flat()
      // Windows of call counters end by TTL while tests run.
      .filter(({ pk }) => !['rate#', ...prefixes].some((prefix) => pk.startsWith(prefix)))
      .map((item) => JSON.stringify(Object.entries(item).toSorted(byName)))
      .toSorted()
      .join('\n')
  )
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => a.localeCompare(b)

async function scan(table: string): Promise<{ pk: string }[]> {
  const items: { pk: string }[] = []
  let from: Record<string, never> | undefined
  do {
    const page = await dynamo.send(new ScanCommand({ TableName: table, ExclusiveStartKey: from }))
    items.push(...(page.Items ?? []).map((item) => fromItem<{ pk: string }>(item)))
    from = page.LastEvaluatedKey as typeof from
  } while (from)
  return items
}
