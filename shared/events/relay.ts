import type { CloudEvent } from './cloud-event.ts'

/** An event and the place in the stream that it came from. */
export type Relayed = { sequenceNumber: string; event: CloudEvent }

export type EventPublisher = {
  /** The most that one call takes. */
  readonly batchSize: number
  /** Sends events of different subjects; answers the indexes of those that were not taken. */
  publish(events: readonly CloudEvent[]): Promise<readonly number[]>
}

/**
 * Sends events in order. Answers the sequence number to go on from where one was not taken:
 * everything from there on comes again, and what was sent twice has the same event id.
 *
 * No two events of one subject go into one call, as part of a call may fail: the later one would
 * overtake the earlier.
 */
export async function relay(
  publisher: EventPublisher,
  events: readonly Relayed[],
): Promise<string | undefined> {
  for (const batch of batches(events, publisher.batchSize)) {
    const failed = await publisher.publish(batch.map(({ event }) => event))
    if (failed.length > 0) return batch[Math.min(...failed)]?.sequenceNumber
  }
  return undefined
}

function* batches(events: readonly Relayed[], size: number): Generator<Relayed[]> {
  let batch: Relayed[] = []
  const subjects = new Set<string>()
  for (const relayed of events) {
    if (batch.length === size || subjects.has(relayed.event.subject)) {
      yield batch
      batch = []
      subjects.clear()
    }
    batch.push(relayed)
    subjects.add(relayed.event.subject)
  }
  if (batch.length > 0) yield batch
}
