import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { dynamo, type Key } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

type Partition = {
  pk: string
  /** Only items whose sort key begins so; absent: all. */
  prefix?: string
}

type Page = Partition & { after?: string | undefined; limit: number }

/** Some items of a partition in the order of their sort keys, strongly consistent. */
export async function queryPage(table: string, { after, limit, ...partition }: Page) {
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      ...query(table, partition),
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: toItem({ pk: partition.pk, sk: after }) }),
    }),
  )
  const next = LastEvaluatedKey && fromItem<Required<Key>>(LastEvaluatedKey).sk
  return {
    items: Items.map((item) => fromItem<Required<Key>>(item)),
    ...(next !== undefined && { next }),
  }
}

/** All items of a partition that is small by its limits, strongly consistent. */
export const queryAll = (table: string, partition: Partition) =>
  queryPages<Required<Key>>(query(table, partition))

/** What is due of a schedule, which is a partition of its own; the longest due first. */
export async function queryDue<Row extends { dueAt: number }>(
  table: string,
  pk: string,
  now: number,
): Promise<Row[]> {
  const due = await queryPages<Row>({
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: 'dueAt <= :now',
    ExpressionAttributeValues: toItem({ ':pk': pk, ':now': now }),
  })
  return due.sort((one, other) => one.dueAt - other.dueAt)
}

/** What a query lets through, all pages of it. */
export async function queryPages<Row>(query: QueryCommandInput): Promise<Row[]> {
  const found: Row[] = []
  let from: QueryCommandInput['ExclusiveStartKey']
  do {
    const page = await dynamo.send(
      new QueryCommand({ ...query, ...(from && { ExclusiveStartKey: from }) }),
    )
    found.push(...(page.Items ?? []).map((item) => fromItem<Row>(item)))
    from = page.LastEvaluatedKey
  } while (from)
  return found
}

const query = (table: string, { pk, prefix }: Partition) => ({
  TableName: table,
  KeyConditionExpression:
    prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: toItem({
    ':pk': pk,
    ...(prefix !== undefined && { ':prefix': prefix }),
  }),
  ConsistentRead: true,
})
