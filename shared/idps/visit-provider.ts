import type { FetchDocument } from '../net/ports.ts'
import { dueWarnings } from './key-expiry.ts'
import type { Act, ProviderChange, ProviderRecord, ScheduleStore } from './ports.ts'
import { readAgain, refreshed } from './refresh-provider.ts'

export type VisitPorts = { store: ScheduleStore; fetchDocument: FetchDocument }

/**
 * How a visit ended. `refused`: what was found cannot be taken, as the metadata cannot be read or
 * its entity ID is another provider's. `overtaken`: the provider was changed meanwhile, and is
 * visited again.
 */
export type Visit = 'done' | 'refused' | 'gone' | 'overtaken'

/**
 * Looks at a provider: its metadata is read again, and what is new about the ends of its
 * certificates is told (R8, R9). That it was visited is in the last write, so that a visit that
 * breaks off is repeated.
 */
export async function visitProvider(
  { store, fetchDocument }: VisitPorts,
  { id, orgId }: Pick<ProviderRecord['idp'], 'id' | 'orgId'>,
  act: Act,
): Promise<Visit> {
  let record = await store.find(orgId, id)
  if (!record) return 'gone'
  const { idp, management } = record
  const read = await readAgain(record, fetchDocument, act.at)
  for (const change of changes(
    read ? refreshed(record, read, act.at) : { idp, management },
    act.at,
  )) {
    const changed = await store.change(record, change, act)
    if (!changed.ok) return changed.error === 'changed_meanwhile' ? 'overtaken' : 'refused'
    record = changed.value
  }
  return read?.ok === false ? 'refused' : 'done'
}

/** One write, or two where both the metadata and the certificates have something to tell. */
function changes(change: ProviderChange, now: number): readonly ProviderChange[] {
  const { idp, management } = change
  const warnings = dueWarnings(idp, management, now)
  const visited = { ...management, visitedAt: now }
  if (warnings.length === 0) return [{ ...change, management: visited }]
  const warnedDays = {
    ...management.warnedDays,
    ...Object.fromEntries(warnings.map(({ fingerprint, days }) => [fingerprint, days])),
  }
  const notice = { what: 'certificate-expiring', warnings } as const
  const warned = { ...visited, warnedDays }
  if (!change.notice) return [{ ...change, management: warned, notice }]
  return [change, { idp, management: warned, notice }]
}
