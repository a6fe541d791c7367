import { type EventType, eventCatalogue } from './catalogue.ts'

/** What a change carries on the item that it changes, until the stream hands it to the relay. */
export type StoredEvent = {
  id: string
  type: EventType
  /** ISO 8601. */
  at: string
  /** Who did it, for example `idp:idp_…` for a provider that asserted a new user. */
  actor: string
}

/** An event on the wire (CloudEvents 1.0, JSON format). */
export type CloudEvent = {
  specversion: '1.0'
  id: string
  type: EventType
  source: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  data: Record<string, unknown>
}

/** A stored item as it was written, with the event of its last change. */
export type ChangedItem = Record<string, unknown> & { evt: StoredEvent }

/** @param source URI of this deployment */
export function cloudEvent(item: ChangedItem, source: string): CloudEvent {
  const { id, type, at, actor } = item.evt
  const { subject, shows } = eventCatalogue[type]
  const shown = shows.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]]))
  return {
    specversion: '1.0',
    id,
    type,
    source,
    subject: String(item[subject]),
    time: at,
    datacontenttype: 'application/json',
    data: { ...Object.fromEntries(shown), actor },
  }
}
