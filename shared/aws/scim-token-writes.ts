import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { DirectoryId, ScimTokenId } from '../ids.ts'
import type { LiveTokens } from '../scim/directories/ports.ts'
import { nextWarningAt } from '../scim/directories/token-expiry.ts'
import type { ScimToken } from '../scim/directories/types.ts'
import type { Act } from '../users/ports.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, orChangedMeanwhile, remove } from './guarded-write.ts'
import { condition, guarded, put, putNew, update } from './item-writes.ts'
import { tokenItem } from './scim-directory-item.ts'
import { scimKeys } from './scim-keys.ts'

/** How long a row tells of a token that was revoked, so that its event has something to ride on. */
const REVOKED_SECONDS = 30 * 24 * 3600

/** A token, its row in the list of its directory, and its place in the schedule where it ends. */
export function tokenCreationWrites(
  table: string,
  token: ScimToken,
  live: LiveTokens,
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile' | 'directory_unknown'>[] {
  const { secretHash: _, id: tokenId, ...listed } = token
  const { directoryId, expiresAt } = listed
  const row = {
    ...scimKeys.listedToken(directoryId, tokenId),
    tokenId,
    ...listed,
    evt: evt('latchkey.scim-token.created.v1', at, actor),
  }
  const now = [...live.tokens, { id: tokenId, ...(expiresAt !== undefined && { expiresAt }) }]
  return [
    { write: isThere(table, directoryId), onFailure: () => 'directory_unknown' },
    liveWrite(table, directoryId, live, now),
    orChangedMeanwhile(putNew(table, tokenItem(token))),
    orChangedMeanwhile(putNew(table, row)),
    ...scheduleWrites(table, token, at).map(orChangedMeanwhile),
  ]
}

/** All that goes with a token, beside its place among those that can be used. */
export function revocationWrites(
  table: string,
  { id, directoryId }: { id: ScimTokenId; directoryId: DirectoryId },
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile'>[] {
  const Update = update(table, {
    key: scimKeys.listedToken(directoryId, id),
    set: {
      revokedAt: at,
      expiresAt: at + REVOKED_SECONDS,
      evt: evt('latchkey.scim-token.revoked.v1', at, actor),
    },
    // A row that has expired may be gone already.
    condition: 'attribute_exists(#tokenId) AND attribute_not_exists(#revokedAt)',
    values: {},
  })
  return [
    orChangedMeanwhile({ Update }),
    remove(table, scimKeys.token(id)),
    remove(table, scimKeys.scheduledToken(id)),
  ]
}

/** From those that could be used, as they were read, to those that can be. */
export function liveWrite(
  table: string,
  directory: DirectoryId,
  { revision }: LiveTokens,
  tokens: LiveTokens['tokens'],
): GuardedWrite<'changed_meanwhile'> {
  const item = { ...scimKeys.liveTokens(directory), tokens, rev: (revision ?? 0) + 1 }
  const write =
    revision === undefined
      ? putNew(table, item)
      : guarded(table, item, { condition: '#rev = :revision', values: { revision } })
  return orChangedMeanwhile(write)
}

function scheduleWrites(table: string, token: ScimToken, now: number): TransactWriteItem[] {
  const { id: tokenId, directoryId, orgId, createdAt, expiresAt } = token
  const dueAt = expiresAt !== undefined && nextWarningAt({ createdAt, expiresAt }, now)
  if (!dueAt) return []
  const row = { tokenId, directoryId, orgId, dueAt, expiresAt }
  return [put(table, { ...scimKeys.scheduledToken(tokenId), ...row })]
}

const isThere = (table: string, id: DirectoryId): TransactWriteItem => ({
  ConditionCheck: condition(table, {
    key: scimKeys.directory(id),
    condition: 'attribute_exists(#pk) AND attribute_not_exists(#removedAt)',
    values: {},
  }),
})
