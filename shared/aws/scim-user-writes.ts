import { orgOfDirectory } from '../ids.ts'
import type { PersonChange, UserChange, UserCreation, UserWriteError } from '../scim/ports.ts'
import type { ScimAct, ScimUser } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { type GuardedWrite, orChangedMeanwhile, put, remove } from './guarded-write.ts'
import { closeInvitation } from './invitation-items.ts'
import { condition, guarded, putNew, update } from './item-writes.ts'
import { guardWrite } from './scim-guard-item.ts'
import { scimKeys } from './scim-keys.ts'
import { changeRow } from './scim-log.ts'
import { personLinkWrites, removedLink } from './scim-person-links.ts'
import { resourceCountWrite } from './scim-resource-count.ts'
import { indexRows, nameRow, scimUserItem, type UserRow } from './scim-user-items.ts'
import { userChangeWrites } from './user-changes.ts'
import { userCreationWrites } from './user-creation.ts'

export type UserWrite = GuardedWrite<UserWriteError>

/** How long the item of a removed SCIM user stays, in seconds. */
const KEPT_SECONDS = 24 * 3600

/** A new SCIM user with all that leads to it, and the person. */
export function userCreations(
  table: string,
  { user, person, guard }: UserCreation,
  act: ScimAct,
): UserWrite[] {
  const { id, directoryId, createdMs } = user
  const free = 'attribute_not_exists(#pk) OR attribute_exists(#deletedAt)'
  const item = guarded(table, scimUserItem(user), { condition: free, values: {} })
  return [
    { write: putNew(table, nameRow(user)), onFailure: () => 'name_taken' },
    { write: item, onFailure: () => 'id_taken' },
    ...indexRows(user).map((row) => put(table, row)),
    put(table, { ...scimKeys.listedUser(directoryId, createdMs, id), userId: id }),
    resourceCountWrite(table, 'u', user, 1),
    ...personWrites(table, person, act, true),
    ...(guard ? [guardWrite(table, directoryId, guard)] : []),
    changeRow(table, directoryId, act, {
      ...{ status: 201, resource: { type: 'User', id } },
      after: JSON.stringify(user.document),
    }),
  ]
}

/** From one state of a SCIM user to the next: what is the same is left alone. */
export function userChanges(
  table: string,
  { before, next, person, guard }: UserChange,
  act: ScimAct,
): UserWrite[] {
  const { id, directoryId } = next
  return [
    ...nameChanges(table, before, next),
    orChangedMeanwhile(guarded(table, scimUserItem(next), isAsRead(before))),
    ...rowChanges(table, indexRows(before), indexRows(next)),
    ...personWrites(table, person, act),
    ...(guard ? [guardWrite(table, directoryId, guard)] : []),
    changeRow(table, directoryId, act, {
      ...{ status: 200, resource: { type: 'User', id } },
      before: JSON.stringify(before.document),
      after: JSON.stringify(next.document),
    }),
  ]
}

/** The end of a SCIM user: its item says so for a day; who comes back by the id writes over it. */
export function userRemovals(table: string, user: ScimUser, act: ScimAct): UserWrite[] {
  const { id, directoryId, createdMs, personId, isApart } = user
  const orgId = orgOfDirectory(directoryId)
  const deletedAt = toSeconds(act.nowMs)
  const Update = update(table, {
    key: scimKeys.user(directoryId, id),
    set: { deletedAt, expiresAt: deletedAt + KEPT_SECONDS },
    remove: ['doc'],
    ...isAsRead(user),
    increment: 'ver',
  })
  return [
    orChangedMeanwhile({ Update }),
    releaseName(table, user),
    ...indexRows(user).map(({ pk, sk }) => remove(table, { pk, sk })),
    remove(table, scimKeys.listedUser(directoryId, createdMs, id)),
    resourceCountWrite(table, 'u', user, -1),
    ...(personId ? [removedLink(table, { orgId, personId }, directoryId)] : []),
    changeRow(table, directoryId, act, {
      ...{ status: 204, resource: { type: 'User', id } },
      before: JSON.stringify(user.document),
      removedUser: {
        ...(personId && { personId }),
        ...(isApart && { isApart }),
      },
    }),
  ]
}

/** The SCIM user is as it was read. */
export const unchangedUser = (table: string, user: ScimUser): GuardedWrite<'changed_meanwhile'> => {
  const key = scimKeys.user(user.directoryId, user.id)
  return orChangedMeanwhile({ ConditionCheck: condition(table, { key, ...isAsRead(user) }) })
}

/**
 * A first sign-in gives a SCIM user a person, and an admin parts the two: neither is a version of
 * what the client sees.
 */
const isAsRead = ({ version, personId, isApart }: ScimUser) => ({
  condition: [
    '#ver = :version AND attribute_not_exists(#deletedAt)',
    personId ? '#personId = :personId' : 'attribute_not_exists(#personId)',
    `${isApart ? 'attribute_exists' : 'attribute_not_exists'}(#isApart)`,
  ].join(' AND '),
  values: { version, ...(personId && { personId }) },
})

/** A userName that only changes its letter case keeps its row. */
function nameChanges(table: string, before: ScimUser, next: ScimUser): UserWrite[] {
  const [from, to] = [nameRow(before), nameRow(next)]
  if (from.sk === to.sk) return []
  return [{ write: putNew(table, to), onFailure: () => 'name_taken' }, releaseName(table, before)]
}

function releaseName(table: string, user: ScimUser): UserWrite {
  const { pk, sk, userId } = nameRow(user)
  const mine = { key: { pk, sk }, condition: '#userId = :userId', values: { userId } }
  return orChangedMeanwhile({ Delete: condition(table, mine) })
}

function rowChanges(
  table: string,
  former: readonly UserRow[],
  rows: readonly UserRow[],
): UserWrite[] {
  const had = new Map(former.map((row) => [`${row.pk} ${row.sk}`, String(row.types)]))
  const written = rows.filter((row) => had.get(`${row.pk} ${row.sk}`) !== String(row.types))
  const stale = former.filter(({ pk, sk }) => !rows.some((row) => row.pk === pk && row.sk === sk))
  return [
    ...written.map((row) => put(table, row)),
    ...stale.map(({ pk, sk }) => remove(table, { pk, sk })),
  ]
}

function personWrites(
  table: string,
  person: PersonChange | undefined,
  { actor, nowMs }: ScimAct,
  isSilent = false, // of somebody who comes to exist together with the SCIM user
): UserWrite[] {
  if (!person) return []
  const act = { actor, at: toSeconds(nowMs) }
  const { link } = person
  const { id: personId, orgId } = person.kind === 'create' ? person.record.user : person.next.user
  const isTold = !(isSilent && person.kind === 'create')
  const linked = link ? personLinkWrites(table, { orgId, personId }, link, isTold) : []
  if (person.kind === 'create') {
    return [...userCreationWrites(table, person.record, act), ...linked]
  }
  const { before, next, event, invitation } = person
  return [
    ...userChangeWrites(table, before, next, { event, act }),
    ...linked,
    ...(invitation ? [closeInvitation(table, invitation.record, invitation.becomes, act)] : []),
  ]
}
