import { setTimeout } from 'node:timers/promises'
import type { Invoke } from '#local/lambda/lambda-protocol.ts'
import type { EventSource } from '#local/template/template.ts'
import { failedItems } from './batch-failures.ts'
import type { StreamRecord } from './stream-record.ts'

export type StreamSource = Extract<EventSource, { kind: 'stream' }>

/** Records that a function did not take, in order, and how often it was asked. */
export type FailedRange = {
  shardId: string
  records: readonly StreamRecord[]
  invocations: number
  /** Whether the function failed as a whole, rather than report records. */
  hasFunctionError: boolean
}

type DeliverySettings = {
  source: StreamSource
  invoke: Invoke
  giveUp: (range: FailedRange) => Promise<void>
  signal: AbortSignal
}

type Batch = {
  shardId: string
  records: readonly StreamRecord[]
  /** Called as far as records are done with, in order. */
  onDone: (sequenceNumber: string) => Promise<void>
}

/**
 * Hands records to a function until it has taken them all or they are given up, in order. A retry
 * begins at the first record that failed; with bisectBatchOnError a batch whose first record failed
 * is halved, which costs no attempt, so that a poison record ends up alone. Rejects when stopped.
 *
 * Source: AWS Lambda Developer Guide, "Retain discarded records for a DynamoDB event source".
 */
export function streamDelivery({ source, invoke, giveUp, signal }: DeliverySettings) {
  const { functionName, bisectBatchOnError, maximumRetryAttempts } = source

  async function attempt(records: readonly StreamRecord[]) {
    signal.throwIfAborted()
    const result = await invoke(functionName, { Records: records })
    if ('error' in result) return { failedAt: 0, hasFunctionError: true }
    return { failedAt: firstFailure(result.payload, records, source), hasFunctionError: false }
  }

  async function deliver({ shardId, records, onDone }: Batch, retriesBefore = 0): Promise<void> {
    let rest = records
    let retries = retriesBefore
    while (rest.length > 0) {
      const { failedAt, hasFunctionError } = await attempt(rest)
      if (failedAt > 0) {
        await onDone(sequenceNumber(rest[failedAt - 1]))
        rest = rest.slice(failedAt)
        retries = 0
        continue
      }
      if (bisectBatchOnError && rest.length > 1) {
        const half = Math.ceil(rest.length / 2)
        await deliver({ shardId, records: rest.slice(0, half), onDone }, retries)
        rest = rest.slice(half)
        continue
      }
      if (retries >= maximumRetryAttempts) {
        await giveUp({ shardId, records: rest, invocations: retries + 1, hasFunctionError })
        return onDone(sequenceNumber(rest.at(-1)))
      }
      await setTimeout(backoffMs(retries), undefined, { signal })
      retries += 1
    }
  }

  return (batch: Batch) => deliver(batch)
}

const sequenceNumber = (record: StreamRecord | undefined) => record?.dynamodb.SequenceNumber ?? ''

/** The position of the first record that failed, or the number of records. */
function firstFailure(
  payload: unknown,
  records: readonly StreamRecord[],
  { reportBatchItemFailures }: StreamSource,
): number {
  if (!reportBatchItemFailures) return records.length
  const identifiers = records.map(sequenceNumber)
  const failed = failedItems(payload, identifiers)
  const position = identifiers.findIndex((identifier) => failed.has(identifier))
  return position < 0 ? records.length : position
}

/** Twice the pause each time, a second at most: AWS waits longer, nobody does before a screen. */
const backoffMs = (retries: number) => Math.min(1000, 25 * 2 ** retries)
