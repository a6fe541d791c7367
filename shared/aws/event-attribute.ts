import type { EventType } from '../events/catalogue.ts'
import type { StoredEvent } from '../events/cloud-event.ts'
import { newEventId } from '../ids.ts'
import { isoTime } from '../time.ts'

/**
 * The event of a change, written with it as attribute `evt`: the stream carries it to the queue, so
 * there is no change without its event and no event without its change (ADR 0003).
 *
 * @param at epoch seconds
 */
export const evt = (type: EventType, at: number, actor: string): StoredEvent => ({
  id: newEventId(),
  type,
  at: isoTime(at),
  actor,
})
