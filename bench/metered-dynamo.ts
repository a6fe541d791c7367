import {
  type AttributeValue,
  BatchGetItemCommand,
  type ConsumedCapacity,
  DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import { clientSettings } from '#shared/aws/client-settings.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { rounds } from '#test/flows/rounds.ts'
import { itemBytes } from './item-bytes.ts'

/** What a request asks of DynamoDB. */
export type Metered = {
  calls: number
  /** How often it waits for them. */
  rounds: number
  readUnits: number
  writeUnits: number
}

type Key = Record<string, AttributeValue>
type Asked = {
  TransactItems?: TransactWriteItem[]
  RequestItems?: Record<string, { Keys?: Key[] }>
}
type Answer = {
  output: {
    ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[]
    Responses?: Record<string, object[]>
  }
}

const READS = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand'])
/** Some calls that are sent together miss each other on a busy machine. */
const COUNTED_RUNS = 4

/** What has been asked since it was last forgotten. */
type Meter = {
  spans: { startedAt: number; endedAt: number }[]
  readUnits: number
  writeUnits: number
  isWeighing: boolean
}

/**
 * Watches the client of shared/aws.
 *
 * @returns measures a request, which is made several times: `at` tells them apart
 */
export function meterDynamo(): (run: (at: number) => Promise<void>) => Promise<Metered> {
  const meter: Meter = { spans: [], readUnits: 0, writeUnits: 0, isWeighing: false }
  watch(meter)
  return async (run) => {
    await run(0)
    const counted = { calls: Number.POSITIVE_INFINITY, rounds: Number.POSITIVE_INFINITY }
    for (let at = 1; at <= COUNTED_RUNS; at++) {
      meter.spans = []
      await run(at)
      counted.calls = Math.min(counted.calls, meter.spans.length)
      counted.rounds = Math.min(counted.rounds, rounds(meter.spans))
    }
    // A run of its own: to weigh items takes reads, which part calls that belong together.
    Object.assign(meter, { readUnits: 0, writeUnits: 0, isWeighing: true })
    await run(COUNTED_RUNS + 1)
    meter.isWeighing = false
    return { ...counted, readUnits: meter.readUnits, writeUnits: meter.writeUnits }
  }
}

function watch(meter: Meter) {
  const weigher = new DynamoDBClient(clientSettings)
  dynamo.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { TransactItems: items = [], RequestItems } = args.input as Asked
        const before = await weigh(items)
        const startedAt = performance.now()
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' }
        const result = await next({ ...args, input })
        meter.spans.push({ startedAt, endedAt: performance.now() })
        if (items.length > 0) meter.writeUnits += unitsOf(before, await weigh(items))
        else {
          const figure = READS.has(commandName) ? 'readUnits' : 'writeUnits'
          meter[figure] += consumedOf(result as Answer) + missingOf(RequestItems, result as Answer)
        }
        return result
      },
    { step: 'initialize', name: 'meter' },
  )
  const weigh = (items: readonly TransactWriteItem[]): Promise<number[]> =>
    meter.isWeighing && items.length > 0 ? bytesOf(weigher, items) : Promise.resolve([])
}

const consumedOf = ({ output }: Answer) =>
  [output.ConsumedCapacity ?? []]
    .flat()
    .reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0)

/** What is not there costs a strong read as much as what is small; DynamoDB Local takes nothing. */
function missingOf(requests: Asked['RequestItems'], { output }: Answer): number {
  const wanted = Object.values(requests ?? {}).flatMap(({ Keys = [] }) => Keys)
  return wanted.length - Object.values(output.Responses ?? {}).flat().length
}

/**
 * DynamoDB Local counts transactions low. By AWS's rule each item takes two units for each KB of
 * it, as it was or as it is then, whichever is more.
 *
 * Source: DynamoDB Developer Guide, "DynamoDB read and write operations" (transactional writes).
 */
const unitsOf = (before: readonly number[], after: readonly number[]) =>
  before.reduce((total, bytes, index) => {
    const larger = Math.max(bytes, after[index] ?? 0, 1)
    return total + 2 * Math.ceil(larger / 1024)
  }, 0)

/** Sizes of the items of a transaction as they are stored now; 0 where there is none. */
async function bytesOf(
  client: DynamoDBClient,
  items: readonly TransactWriteItem[],
): Promise<number[]> {
  const wanted = items.map(keyOf)
  const requests: Record<string, { Keys: Key[]; ConsistentRead: true }> = {}
  for (const { table, key } of wanted) {
    requests[table] ??= { Keys: [], ConsistentRead: true }
    requests[table].Keys.push(key)
  }
  const { Responses = {} } = await client.send(new BatchGetItemCommand({ RequestItems: requests }))
  const found = Object.values(Responses).flat()
  const sizes = new Map(found.map((item) => [nameOf(item), itemBytes(item)]))
  return wanted.map(({ key }) => sizes.get(nameOf(key)) ?? 0)
}

function keyOf({ Put, Update, Delete, ConditionCheck }: TransactWriteItem) {
  const keyed = Update ?? Delete ?? ConditionCheck
  const { pk, sk } = keyed?.Key ?? Put?.Item ?? {}
  const key: Key = { ...(pk && { pk }), ...(sk && { sk }) }
  return { table: String((keyed ?? Put)?.TableName), key }
}

const nameOf = ({ pk, sk }: Key) => JSON.stringify([pk?.S, sk?.S])
