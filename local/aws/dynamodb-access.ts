import * as v from 'valibot'
import type { Place } from '#local/template/resource-names.ts'
import type { TableDefinition } from '#local/template/template.ts'
import type { AccessRequest } from './iam.ts'

type Catalogue = { place: Place; tables: readonly TableDefinition[] }
type Item = v.InferOutput<typeof Item>
type Reading = (body: unknown, catalogue: Catalogue, operation: string) => AccessRequest[]

/** Attribute values as the wire has them: `{ "pk": { "S": "org#1" } }`. */
const Item = v.record(v.string(), v.record(v.string(), v.unknown()))

/**
 * What a DynamoDB call needs. A transaction needs the actions of its members, each with its own
 * partition key; a batch needs its own action on each table; a query of an index needs the index.
 *
 * Source: Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB transactions" and "Using IAM
 * policy conditions for fine-grained access control".
 */
export function dynamodbAccess(
  { operation, body }: { operation: string; body: unknown },
  catalogue: Catalogue,
): AccessRequest[] {
  const reading = readings[operation] ?? wholeTable
  return reading(body, catalogue, operation)
}

const readings: Readonly<Record<string, Reading>> = {
  BatchGetItem: batchGet,
  BatchWriteItem: batchWrite,
  DeleteItem: oneItem,
  GetItem: oneItem,
  PutItem: oneItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transaction,
  TransactWriteItems: transaction,
  UpdateItem: oneItem,
}

const OneItem = v.object({
  TableName: v.string(),
  Key: v.optional(Item),
  Item: v.optional(Item),
})

function oneItem(body: unknown, catalogue: Catalogue, operation: string) {
  const { TableName, Key, Item: whole } = v.parse(OneItem, body)
  return [accessToItems(operation, TableName, [Key ?? whole], catalogue)]
}

const Transaction = v.object({ TransactItems: v.array(v.record(v.string(), OneItem)) })

const memberActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
}

function transaction(body: unknown, catalogue: Catalogue) {
  const { TransactItems } = v.parse(Transaction, body)
  return TransactItems.flatMap((members) =>
    Object.entries(members).flatMap(([kind, member]) =>
      oneItem(member, catalogue, memberActions[kind] ?? kind),
    ),
  )
}

const BatchGet = v.object({ RequestItems: v.record(v.string(), v.object({ Keys: v.array(Item) })) })

function batchGet(body: unknown, catalogue: Catalogue, operation: string) {
  const tables = Object.entries(v.parse(BatchGet, body).RequestItems)
  return tables.map(([table, { Keys }]) => accessToItems(operation, table, Keys, catalogue))
}

const WriteRequest = v.object({
  PutRequest: v.optional(v.object({ Item })),
  DeleteRequest: v.optional(v.object({ Key: Item })),
})
const BatchWrite = v.object({ RequestItems: v.record(v.string(), v.array(WriteRequest)) })

function batchWrite(body: unknown, catalogue: Catalogue, operation: string) {
  const tables = Object.entries(v.parse(BatchWrite, body).RequestItems)
  return tables.map(([table, writes]) => {
    const items = writes.map(({ PutRequest, DeleteRequest }) =>
      PutRequest ? PutRequest.Item : DeleteRequest?.Key,
    )
    return accessToItems(operation, table, items, catalogue)
  })
}

const OnTable = v.object({
  TableName: v.optional(v.string(), ''),
  IndexName: v.optional(v.string()),
})
const Query = v.object({
  ...OnTable.entries,
  KeyConditionExpression: v.optional(v.string(), ''),
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: v.optional(Item, {}),
})

/** A query names one partition: its condition must compare the partition key for equality. */
function query(body: unknown, catalogue: Catalogue, operation: string) {
  const { TableName, IndexName, ...expression } = v.parse(Query, body)
  const partitionKey = partitionKeyOf(TableName, IndexName, catalogue)
  const equalities = expression.KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)
  for (const [, name = '', placeholder = ''] of equalities) {
    if ((expression.ExpressionAttributeNames[name] ?? name) !== partitionKey) continue
    const key = textOf(expression.ExpressionAttributeValues[placeholder])
    const leadingKeys = key === undefined ? undefined : [key]
    return [accessToTable(operation, TableName, { IndexName, leadingKeys }, catalogue)]
  }
  return [accessToTable(operation, TableName, { IndexName, leadingKeys: undefined }, catalogue)]
}

/** A scan names no partition key, and so passes any condition on them. */
function scan(body: unknown, catalogue: Catalogue, operation: string) {
  const { TableName, IndexName } = v.parse(OnTable, body)
  return [accessToTable(operation, TableName, { IndexName, leadingKeys: [] }, catalogue)]
}

/** Also PartiQL, whose keys nothing here reads: a condition on them then refuses it. */
function wholeTable(body: unknown, catalogue: Catalogue, operation: string) {
  const { TableName, IndexName } = v.parse(OnTable, body)
  return [accessToTable(operation, TableName, { IndexName, leadingKeys: undefined }, catalogue)]
}

function accessToItems(
  operation: string,
  table: string,
  items: readonly (Item | undefined)[],
  catalogue: Catalogue,
) {
  const partitionKey = partitionKeyOf(table, undefined, catalogue) ?? ''
  const keys = items.map((item) => textOf(item?.[partitionKey]))
  const known = keys.filter((key) => key !== undefined)
  const leadingKeys = known.length === keys.length ? known : undefined
  return accessToTable(operation, table, { IndexName: undefined, leadingKeys }, catalogue)
}

type Touched = { IndexName: string | undefined; leadingKeys: readonly string[] | undefined }

function accessToTable(
  operation: string,
  table: string,
  { IndexName, leadingKeys }: Touched,
  { place }: Catalogue,
): AccessRequest {
  const tableArn = `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${nameOf(table)}`
  const resource = IndexName ? `${tableArn}/index/${IndexName}` : tableArn
  return { action: `dynamodb:${operation}`, resource, leadingKeys }
}

function partitionKeyOf(table: string, index: string | undefined, { tables }: Catalogue) {
  const definition = tables.find(({ name }) => name === nameOf(table))
  const keySchema = index
    ? definition?.indexes.find(({ IndexName }) => IndexName === index)?.KeySchema
    : definition?.keySchema
  return keySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName
}

/** Calls may name a table by its ARN. */
const nameOf = (table: string) => table.split('/').at(-1) ?? table

/** String, number or binary: the types a key can have. */
function textOf(value: Readonly<Record<string, unknown>> | undefined) {
  const text = value?.['S'] ?? value?.['N'] ?? value?.['B']
  return typeof text === 'string' ? text : undefined
}
