import { createHash } from 'node:crypto'
import type { Connection, Endpoint, LogoutEndpoint, SigningKey } from './types.ts'

type DifferenceKind =
  | 'entityId'
  | 'singleSignOn'
  | 'singleLogout'
  | 'certificate_added'
  | 'certificate_removed'
  | 'wantsSignedRequests'

/** One difference, as an admin reads it: endpoints as binding and URL, keys as fingerprints. */
export type Difference = { what: DifferenceKind; before?: string; after?: string }

/** What is different in a connection; the order of its keys is no difference. */
export function diffConnections(before: Connection, after: Connection): readonly Difference[] {
  const added = keysMissingIn(before, after.signingKeys)
  const removed = keysMissingIn(after, before.signingKeys)
  return [
    ...change('entityId', before.entityId, after.entityId),
    ...change('singleSignOn', shown(before.singleSignOn), shown(after.singleSignOn)),
    ...change('singleLogout', shown(before.singleLogout), shown(after.singleLogout)),
    ...added.map((key) => ({ what: 'certificate_added', after: key.fingerprint }) as const),
    ...removed.map((key) => ({ what: 'certificate_removed', before: key.fingerprint }) as const),
    ...change(
      'wantsSignedRequests',
      `${before.wantsSignedRequests}`,
      `${after.wantsSignedRequests}`,
    ),
  ]
}

function change(
  what: DifferenceKind,
  before: string | undefined,
  after: string | undefined,
): readonly Difference[] {
  if (before === after) return []
  return [{ what, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}

function shown(endpoint: Endpoint | LogoutEndpoint | undefined): string | undefined {
  if (!endpoint) return undefined
  const { binding, url } = endpoint
  const responseUrl = 'responseUrl' in endpoint ? endpoint.responseUrl : undefined
  return [binding, url, ...(responseUrl === undefined ? [] : [responseUrl])].join(' ')
}

/** Keys that a connection does not have. */
export function keysMissingIn({ signingKeys }: Connection, keys: readonly SigningKey[]) {
  const known = new Set(signingKeys.map(({ fingerprint }) => fingerprint))
  return keys.filter(({ fingerprint }) => !known.has(fingerprint))
}

/**
 * SHA-256 (hex) of what a connection says, by which one is known again: connections without a
 * difference have the same.
 */
export function connectionHash(connection: Connection): string {
  const { entityId, singleSignOn, singleLogout, signingKeys, wantsSignedRequests } = connection
  const fingerprints = signingKeys.map(({ fingerprint }) => fingerprint).toSorted()
  const said = [entityId, shown(singleSignOn), shown(singleLogout) ?? '', ...fingerprints]
  return createHash('sha256')
    .update(JSON.stringify([...said, wantsSignedRequests]))
    .digest('hex')
}
