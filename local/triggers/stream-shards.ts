import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams'

type ShardSettings = {
  streams: DynamoDBStreamsClient
  streamArn: string
  batchSize: number
  /** The sequence number of the last record done with, by shard id. */
  positions: Map<string, string>
  signal: AbortSignal
}

type HandleBatch = (shardId: string, records: readonly _Record[]) => Promise<void>

type OpenShard = {
  shardId: string
  parentId: string | undefined
  /** Undefined until the shard is opened, and again after a failure: then it reopens at its position. */
  iterator: string | undefined
}

/**
 * Reads the shards of a stream: each after its position or, without one, from its oldest record, and
 * a child only once its parent has been read to the end.
 */
export function streamShards(settings: ShardSettings) {
  const { positions } = settings
  const open = new Map<string, OpenShard>()
  const finished = new Set<string>()
  let mustDiscover = true

  async function discover(): Promise<void> {
    const shards = await listShards(settings)
    for (const { ShardId: shardId = '', ParentShardId: parentId } of shards) {
      if (finished.has(shardId) || open.has(shardId)) continue
      open.set(shardId, { shardId, parentId, iterator: undefined })
    }
    // A shard that the stream has forgotten can neither be read nor come back.
    const listed = new Set(shards.map(({ ShardId }) => ShardId))
    keepOnly(listed, open)
    keepOnly(listed, positions)
  }

  /** Reads one batch; true when there was none and more can come. */
  async function advance(shard: OpenShard, handle: HandleBatch): Promise<boolean> {
    const page = await readPage(shard, settings)
    if (!page) return false
    if (page.records.length > 0) await handle(shard.shardId, page.records)
    shard.iterator = page.nextIterator
    if (page.nextIterator) return page.records.length === 0
    open.delete(shard.shardId)
    finished.add(shard.shardId)
    return false
  }

  return {
    /** Reads a batch of each shard; true when there was nothing new in any of them. */
    async poll(handle: HandleBatch): Promise<boolean> {
      if (mustDiscover) await discover()
      mustDiscover = true // unless this round ends well, and with the same shards
      const before = finished.size
      let isQuiet = true
      for (const shard of [...open.values()]) {
        if (shard.parentId && open.has(shard.parentId)) continue
        if (!(await advance(shard, handle))) isQuiet = false
      }
      mustDiscover = finished.size > before
      return isQuiet
    },
  }
}

function keepOnly(known: ReadonlySet<string | undefined>, byShard: Map<string, unknown>): void {
  for (const shardId of byShard.keys()) if (!known.has(shardId)) byShard.delete(shardId)
}

async function listShards({ streams, streamArn, signal }: ShardSettings): Promise<Shard[]> {
  const shards: Shard[] = []
  let after: string | undefined
  do {
    const command = new DescribeStreamCommand({
      StreamArn: streamArn,
      ExclusiveStartShardId: after,
    })
    const { StreamDescription } = await streams.send(command, { abortSignal: signal })
    shards.push(...(StreamDescription?.Shards ?? []))
    after = StreamDescription?.LastEvaluatedShardId
  } while (after)
  return shards
}

/** Reads on in a shard; undefined when its iterator was lost and it has to be opened again. */
async function readPage(shard: OpenShard, settings: ShardSettings) {
  const { streams, batchSize, positions, signal } = settings
  const isReopened = shard.iterator === undefined
  try {
    const iterator = shard.iterator ?? (await openShard(shard.shardId, settings))
    shard.iterator = undefined
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize })
    const page = await streams.send(command, { abortSignal: signal })
    return { records: page.Records ?? [], nextIterator: page.NextShardIterator }
  } catch (error) {
    if (!isIteratorLost(error)) throw error
    // Lost where it was just opened: the position is older than what the stream keeps.
    if (isReopened && !positions.delete(shard.shardId)) throw error
    return undefined
  }
}

async function openShard(shardId: string, settings: ShardSettings): Promise<string | undefined> {
  const { streams, streamArn, positions, signal } = settings
  const position = positions.get(shardId)
  const command = new GetShardIteratorCommand({
    StreamArn: streamArn,
    ShardId: shardId,
    ...(position
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position }
      : { ShardIteratorType: 'TRIM_HORIZON' }),
  })
  return (await streams.send(command, { abortSignal: signal })).ShardIterator
}

/** Iterators live 15 minutes on AWS; DynamoDB Local 1.25.1 has been seen to drop idle ones sooner. */
const isIteratorLost = (error: unknown) =>
  error instanceof ExpiredIteratorException || error instanceof TrimmedDataAccessException
