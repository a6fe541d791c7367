import { setTimeout } from 'node:timers/promises'
import type { _Record, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Invoke } from '#local/lambda/lambda-protocol.ts'
import type { Checkpoints } from './checkpoints.ts'
import { eventFilter } from './filter-pattern.ts'
import { type FailedRange, type StreamSource, streamDelivery } from './stream-delivery.ts'
import { failureRecord } from './stream-failure.ts'
import { streamRecord } from './stream-record.ts'
import { streamShards } from './stream-shards.ts'

export type StreamTriggerSettings = {
  source: StreamSource
  streamArn: string
  streams: DynamoDBStreamsClient
  /** Gets a message when records are given up; unused without a failureQueueUrl. */
  sqs: SQSClient
  invoke: Invoke
  checkpoints: Checkpoints
  /** Gets what goes wrong outside the function, and a word on records that were given up. */
  onError: (error: unknown) => void
}

export type StreamTrigger = {
  /** Resolves when all changes made so far are done with; rejects when the trigger stops before. */
  idle(): Promise<void>
  /** Waits for the invocation that is under way, if any. Stop functions later, or it will retry. */
  stop(): Promise<void>
}

const pollIntervalMs = 100
const pauseAfterErrorMs = 300

/**
 * Invokes a function with the changes of a table, as Lambda's event source mapping does: at least
 * once, in order within a shard. The checkpoint follows the records that are done with, so that a
 * crash at any moment loses none.
 */
export function startStreamTrigger(settings: StreamTriggerSettings): StreamTrigger {
  const stopping = new AbortController()
  const { signal } = stopping
  const { onError } = settings
  const waiting: PromiseWithResolvers<void>[] = []
  const poll = polling(settings, signal)

  async function round(): Promise<void> {
    const askedBefore = waiting.length
    if (!(await poll())) return
    for (const { resolve } of waiting.splice(0, askedBefore)) resolve()
    await setTimeout(pollIntervalMs, undefined, { signal })
  }

  async function recover(error: unknown): Promise<void> {
    if (signal.aborted) return
    onError(error)
    await setTimeout(pauseAfterErrorMs, undefined, { signal }).catch(() => {})
  }

  async function run(): Promise<void> {
    while (!signal.aborted) await round().catch(recover)
  }

  const stopped = run().then(() => {
    for (const { reject } of waiting) reject(new Error('The stream trigger has stopped'))
  })
  return {
    idle() {
      if (signal.aborted) return Promise.reject(new Error('The stream trigger has stopped'))
      const asked = Promise.withResolvers<void>()
      waiting.push(asked)
      return asked.promise
    },
    async stop() {
      stopping.abort()
      await stopped
    },
  }
}

/** One round of reading and delivering; true when there was nothing new. */
function polling(settings: StreamTriggerSettings, signal: AbortSignal): () => Promise<boolean> {
  const { source, streamArn, streams, invoke, checkpoints } = settings
  const batchSize = Math.min(1000, source.batchSize) // the most that GetRecords takes
  const positions = new Map<string, string>()
  const shards = streamShards({ streams, streamArn, batchSize, positions, signal })
  const giveUp = givingUp(settings)
  const deliver = streamDelivery({ source, invoke, giveUp, signal })
  const passes = eventFilter(source.filters)
  let isLoaded = false

  async function handle(shardId: string, records: readonly _Record[]): Promise<void> {
    const origin = { eventSourceARN: streamArn, awsRegion: await streams.config.region() }
    const changes = records.map((record) => streamRecord(record, origin))
    const onDone = async (sequenceNumber: string) => {
      if (positions.get(shardId) === sequenceNumber) return
      positions.set(shardId, sequenceNumber)
      await checkpoints.save(Object.fromEntries(positions))
    }
    await deliver({ shardId, records: changes.filter(passes), onDone })
    await onDone(changes.at(-1)?.dynamodb.SequenceNumber ?? '')
  }

  return async () => {
    if (!isLoaded) {
      for (const [shardId, sequenceNumber] of Object.entries(await checkpoints.load())) {
        positions.set(shardId, sequenceNumber)
      }
      isLoaded = true
    }
    return shards.poll(handle)
  }
}

/** Tells the failure queue before the records are forgotten: if that fails, they are retried. */
function givingUp({ source, streamArn, streams, sqs, onError }: StreamTriggerSettings) {
  const { functionName, failureQueueUrl } = source
  return async (range: FailedRange): Promise<void> => {
    const region = await streams.config.region()
    const discardedAt = new Date().toISOString()
    const record = failureRecord({ ...range, functionName, streamArn, region, discardedAt })
    if (failureQueueUrl) {
      const body = { QueueUrl: failureQueueUrl, MessageBody: JSON.stringify(record) }
      await sqs.send(new SendMessageCommand(body))
    }
    const { startSequenceNumber, batchSize } = record.DDBStreamBatchInfo
    onError(
      new Error(
        `${functionName} gave up ${batchSize} records of the stream at ${startSequenceNumber}`,
      ),
    )
  }
}
