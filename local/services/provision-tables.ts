import { isDeepStrictEqual } from 'node:util'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { TableDefinition } from '#local/template/template.ts'

/**
 * Creates the tables that are missing. One that is there must have the keys, indexes and stream of
 * the template: changing those would take a migration, which here is to start afresh.
 *
 * @returns the ARN of each table's stream, by table name
 */
export async function provisionTables(
  tables: readonly TableDefinition[],
  { endpoint, region }: { endpoint: string; region: string },
): Promise<ReadonlyMap<string, string>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint, region, credentials })
  const streamArns = new Map<string, string>()
  for (const table of tables) {
    const { LatestStreamArn } = await ensureTable(client, table)
    if (LatestStreamArn) streamArns.set(table.name, LatestStreamArn)
    await ensureTimeToLive(client, table)
  }
  client.destroy()
  return streamArns
}

async function ensureTable(client: DynamoDBClient, table: TableDefinition) {
  try {
    const { TableDescription = {} } = await client.send(createTable(table))
    return TableDescription
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: table.name }))
  if (!isDeepStrictEqual(shapeOf(Table), shapeOf(createTable(table).input))) {
    throw new Error(
      `Table ${table.name} has been kept with other keys, indexes or stream than infra/ now gives ` +
        'it: remove the data folder to start afresh',
    )
  }
  return Table
}

function createTable({ name, keySchema, attributes, indexes, streamViewType }: TableDefinition) {
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema,
    AttributeDefinitions: attributes,
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: [...indexes] }),
    ...(streamViewType && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType },
    }),
  })
}

type Shape = Pick<
  TableDescription,
  'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'StreamSpecification'
>

/** What cannot change under data; sets, because the order of lists means nothing here. */
function shapeOf(table: Shape) {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = table
  return {
    keys: keysOf(KeySchema),
    attributes: new Set(
      AttributeDefinitions?.map(
        (attribute) => `${attribute.AttributeName}:${attribute.AttributeType}`,
      ),
    ),
    indexes: new Map(
      GlobalSecondaryIndexes?.map((index) => [
        index.IndexName,
        {
          keys: keysOf(index.KeySchema),
          type: index.Projection?.ProjectionType,
          others: new Set(index.Projection?.NonKeyAttributes),
        },
      ]),
    ),
    stream: table.StreamSpecification?.StreamViewType,
  }
}

const keysOf = (keySchema: Shape['KeySchema']) =>
  new Map(keySchema?.map(({ KeyType, AttributeName }) => [KeyType, AttributeName]))

async function ensureTimeToLive(client: DynamoDBClient, { name, ttlAttribute }: TableDefinition) {
  if (!ttlAttribute) return
  const TableName = name
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }))
  if (TimeToLiveDescription?.AttributeName === ttlAttribute) return
  const TimeToLiveSpecification = { Enabled: true, AttributeName: ttlAttribute }
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
}
