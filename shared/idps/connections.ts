import { isDeepStrictEqual } from 'node:util'
import type { FetchDocument } from '../net/ports.ts'
import { ok, type Result } from '../result.ts'
import { changeProvider, type Target } from './change-provider.ts'
import { connectionHash } from './diff-connections.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import type { ConnectionSource, Management, SourceInput } from './management.ts'
import type { ProviderChange, ProviderRecord, ProviderStore } from './ports.ts'
import { readSource } from './read-source.ts'
import type { Connection, IdentityProvider } from './types.ts'

type Store = Pick<ProviderStore, 'find' | 'change'>
type Changed = Promise<Result<ProviderRecord, ProviderRefusal>>

/** The part of a provider that it says of itself. */
export const connectionOf = (idp: IdentityProvider): Connection => ({
  entityId: idp.entityId,
  singleSignOn: idp.singleSignOn,
  ...(idp.singleLogout && { singleLogout: idp.singleLogout }),
  signingKeys: idp.signingKeys,
  wantsSignedRequests: idp.wantsSignedRequests,
})

/** What is kept of a source: of a file or parameters, only that it was one. */
export const keptSource = (source: SourceInput): ConnectionSource =>
  source.kind === 'url' ? { kind: 'url', url: source.url } : { kind: source.kind }

/**
 * A provider with another connection. The one before is kept, so that an admin can bring it back;
 * whatever was parked is settled by it.
 */
export function withConnection(
  { idp, management }: Pick<ProviderRecord, 'idp' | 'management'>,
  connection: Connection,
  source: ConnectionSource = management.source,
): ProviderChange {
  const { parked: _, declined: __, refreshCause, ...kept } = management
  const { singleLogout: ___, ...others } = idp
  return {
    idp: { ...others, ...connection },
    management: {
      ...kept,
      ...(isDeepStrictEqual(source, management.source) && refreshCause && { refreshCause }),
      source,
      previous: connectionOf(idp),
      previousSource: management.source,
    },
    event: 'updated',
  }
}

type Reading = { source: SourceInput; fetchDocument: FetchDocument }

/** Takes a provider's connection from another source (R7). */
export async function replaceConnection(
  store: Store,
  target: Target,
  { source, fetchDocument }: Reading,
): Changed {
  const { at } = target.act
  const read = await readSource(source, fetchDocument, at)
  if (!read.ok) return refused('source_refused', read.error)
  const { connection } = read.value
  const kept = keptSource(source)
  return changeProvider(store, target, (record) => {
    const isSame = isDeepStrictEqual(connectionOf(record.idp), connection)
    if (isSame && isDeepStrictEqual(record.management.source, kept)) return ok(undefined)
    const { idp, management, event } = withConnection(record, connection, kept)
    const { refreshedAt: _, ...rest } = management
    const read = kept.kind === 'url' ? { ...rest, refreshedAt: at } : rest
    return ok({ idp, management: read, ...(event && { event }) })
  })
}

/**
 * Brings back the connection before the present one, which is kept in turn. Where both came from one
 * address, it is read no more, or it would undo the restoration: the connection then counts as a file.
 */
export const restoreConnection = (store: Store, target: Target): Changed =>
  changeProvider(store, target, (record) => {
    const { previous, previousSource = { kind: 'file' }, source } = record.management
    if (!previous) return refused('nothing_to_restore')
    const isSameAddress = source.kind === 'url' && isDeepStrictEqual(source, previousSource)
    return ok(withConnection(record, previous, isSameAddress ? { kind: 'file' } : previousSource))
  })

/** Takes over what was found at the metadata URL and waits for an admin (R8). */
export const applyParked = (store: Store, target: Target): Changed =>
  changeProvider(store, target, (record) => {
    const { parked } = record.management
    return parked ? ok(withConnection(record, parked.connection)) : refused('nothing_parked')
  })

/** Declines what was found: it is not parked again until the metadata says something else. */
export const discardParked = (store: Store, target: Target): Changed =>
  changeProvider(store, target, ({ idp, management }) => {
    const { parked, ...rest } = management
    if (!parked) return refused('nothing_parked')
    const declined: Management = { ...rest, declined: connectionHash(parked.connection) }
    return ok({ idp, management: declined })
  })
