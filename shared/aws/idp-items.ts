import { isDeepStrictEqual } from 'node:util'
import type { Management } from '../idps/management.ts'
import type { ProviderRecord } from '../idps/ports.ts'
import { nextVisit } from '../idps/schedule.ts'
import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import { storedProvider } from './entities.ts'

/** The items of a provider, without events and keys of the table (docs/storage.md). */

/** What stands under its id and, the same, under each issuer that it is found by (ADR 0005). */
export const providerItem = ({ idp, createdAt, revisions }: ProviderRecord) => ({
  ...storedProvider(idp),
  rev: revisions.idp,
  createdAt,
})

/** What sign-ins do not need of it: an item beside it, of the same partition key. */
export const managementItem = ({ idp, management, revisions }: ProviderRecord) => ({
  idpId: idp.id,
  orgId: idp.orgId,
  ...management,
  managementRev: revisions.management,
})

/** Its row in the organization's list; sign-in pages read it, too. */
export const listItem = (idp: IdentityProvider) => {
  const { id: idpId, name, state, kind, entityId, routedDomains } = idp
  return { idpId, name, state, kind, entityId, routedDomains }
}

/** Its row in the list of all providers that metadata-refresh goes through. */
export const scheduleItem = ({ idp, management, createdAt }: ProviderRecord) => ({
  idpId: idp.id,
  orgId: idp.orgId,
  dueAt: nextVisit(idp.id, management, createdAt),
})

type Stored = { pk: string; sk: string; evt: unknown; expiresAt: unknown }
type StoredProvider = Stored &
  Omit<IdentityProvider, 'id'> & { idpId: IdpId; rev: number; createdAt: number }
type StoredManagement = Stored &
  Management & {
    idpId: unknown
    orgId: unknown
    managementRev: number
    differences: unknown
    warnings: unknown
  }

/** Both items as they were written; undefined where one is missing. */
export function recordOf(
  providerStored: object | undefined,
  managementStored: object | undefined,
): ProviderRecord | undefined {
  if (!providerStored || !managementStored) return undefined
  const { idp, rev, createdAt } = withoutStorage(providerStored as StoredProvider)
  const { pk, sk, evt, expiresAt, idpId, orgId, managementRev, differences, warnings, ...rest } =
    managementStored as StoredManagement
  return { idp, management: rest, createdAt, revisions: { idp: rev, management: managementRev } }
}

function withoutStorage(item: StoredProvider) {
  const { pk, sk, evt, expiresAt, rev, createdAt, idpId, ...fields } = item
  return { idp: { ...fields, id: idpId }, rev, createdAt }
}

/** Whether two values are stored the same: what is undefined is not stored. */
export const isSameStored = (one: object, other: object) =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))

/** What events and the sign-in page may still say of a removed one: no key is left in it. */
export const tombstone = ({ idp, createdAt, revisions }: ProviderRecord, removedAt: number) => ({
  ...directoryKeys.idp(idp.id),
  ...storedProvider({ ...idp, state: 'removed', signingKeys: [] }),
  rev: revisions.idp + 1,
  createdAt,
  removedAt,
  expiresAt: removedAt + TOMBSTONE_SECONDS,
})

const TOMBSTONE_SECONDS = 30 * 24 * 3600
