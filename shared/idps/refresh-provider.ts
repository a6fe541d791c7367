import type { FetchDocument } from '../net/ports.ts'
import { ok, type Result } from '../result.ts'
import { changeProvider, findToChange, type Target } from './change-provider.ts'
import { connectionOf, withConnection } from './connections.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Management } from './management.ts'
import type { MetadataDocument } from './metadata-document.ts'
import { planRefresh } from './plan-refresh.ts'
import type { ProviderChange, ProviderRecord, ProviderStore } from './ports.ts'
import { readSource } from './read-source.ts'

type Read = Result<MetadataDocument, readonly FieldProblem[]>

type Ports = { store: Pick<ProviderStore, 'find' | 'change'>; fetchDocument: FetchDocument }

/** Reads a provider's metadata again; undefined if it does not come from a URL. */
export async function readAgain(
  { management: { source } }: ProviderRecord,
  fetchDocument: FetchDocument,
  now: number,
): Promise<Read | undefined> {
  return source.kind === 'url' ? readSource(source, fetchDocument, now) : undefined
}

/**
 * What a provider becomes by metadata that was read again (R8). What cannot be read changes nothing
 * but the cause that admins see.
 *
 * @param now epoch seconds
 */
export function refreshed(record: ProviderRecord, read: Read, now: number): ProviderChange {
  const { idp, management } = record
  if (!read.ok) return failed(record, read.error[0]?.cause ?? 'unreadable')
  const plan = planRefresh(connectionOf(idp), management, read.value, now)
  const { refreshCause: _, ...rest } = management
  const done: Management = { ...rest, refreshedAt: now }
  switch (plan.action) {
    case 'refuse':
      return failed(record, plan.cause)
    case 'unchanged':
      return { idp, management: withoutParked(done) }
    case 'apply':
      return withConnection({ idp, management: done }, plan.connection)
    case 'park': {
      const { connection, differences, isNew } = plan
      if (!isNew) return { idp, management: done }
      const parked = { connection, foundAt: now }
      const notice = { what: 'metadata-parked', differences } as const
      return { idp, management: { ...done, parked }, notice }
    }
    default:
      return plan satisfies never
  }
}

/** Metadata that says what is in use, or was declined, has nothing more to decide on. */
function withoutParked({ parked: _, ...rest }: Management): Management {
  return rest
}

const failed = ({ idp, management }: ProviderRecord, refreshCause: string): ProviderChange => ({
  idp,
  management: { ...management, refreshCause },
})

/** Reads a provider's metadata now, as an admin asks for it: what goes wrong is told at once. */
export async function refreshProvider(
  { store, fetchDocument }: Ports,
  target: Target,
): Promise<Result<ProviderRecord, ProviderRefusal>> {
  // Before anything is fetched for a caller that may not have it.
  const found = await findToChange(store, target)
  if (!found.ok) return found
  const { at } = target.act
  const read = await readAgain(found.value, fetchDocument, at)
  if (!read) return refused('no_metadata_url')
  const { source } = found.value.management
  const changed = await changeProvider(store, target, (current) =>
    sameUrl(source, current.management.source)
      ? ok(refreshed(current, read, at))
      : refused('changed_meanwhile'),
  )
  return changed.ok && !read.ok ? refused('metadata_refused', read.error) : changed
}

const sameUrl = (one: Management['source'], other: Management['source']) =>
  one.kind === 'url' && other.kind === 'url' && one.url === other.url
