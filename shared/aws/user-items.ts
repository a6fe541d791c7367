import type { IdpId, UserId } from '../ids.ts'
import type { Deletion, MetBy, User, UserRecord, UserSubject } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import type { Person } from './user-rows.ts'

/** The items of a user (docs/storage.md): a user's own, and what they are known by. */

type StoredUser = Omit<User, 'id' | 'deletion' | 'role' | 'joinedBy'> &
  Partial<Pick<User, 'role' | 'joinedBy'>> & {
    userId: UserId
    createdAt: number
    rev: number
    subjectCount?: number
    callHash?: string
    deletedAt?: number
    deletedFrom?: Deletion['from']
    mergedInto?: UserId
    expiresAt?: number
  }

/** Undefined also of an item that is something else. */
export function userRecordOf(item: object | undefined): UserRecord | undefined {
  if (!item) return undefined
  const stored = item as StoredUser
  const { userId: id, orgId, state, role = 'member', joinedBy = 'automatic' } = stored
  return {
    user: {
      ...{ id, orgId, state, role, joinedBy },
      ...pick(stored, 'email', 'userName', 'givenName', 'familyName', 'displayName'),
      ...pick(stored, 'sessionsFrom', 'suspendedBy', 'invitationId', 'directories'),
      ...deletionOf(stored),
    },
    createdAt: stored.createdAt,
    revision: stored.rev,
    subjectCount: stored.subjectCount ?? 1, // of somebody whose subjects nobody has counted
    ...pick(stored, 'callHash'),
  }
}

function deletionOf(stored: StoredUser): Pick<User, 'deletion'> {
  const { deletedAt: at, expiresAt: until, deletedFrom: from } = stored
  if (at === undefined || until === undefined) return {}
  return { deletion: { at, until, ...(from && { from }), ...pick(stored, 'mergedInto') } }
}

/** Of an object, these of its properties that are there. */
function pick<Source extends object, Name extends keyof Source>(source: Source, ...names: Name[]) {
  const found = names.filter((name) => source[name] !== undefined)
  return Object.fromEntries(found.map((name) => [name, source[name]])) as Pick<Source, Name>
}

/** What of a user is written, with what is not there as undefined; without key and event. */
export function storedUser({ user, createdAt, subjectCount, callHash }: UserRecord) {
  const { id: userId, deletion, email, givenName, familyName, displayName, ...rest } = user
  return {
    userId,
    ...{ email, givenName, familyName, displayName },
    userName: undefined,
    sessionsFrom: undefined,
    suspendedBy: undefined,
    invitationId: undefined,
    directories: undefined,
    ...rest,
    subjectCount,
    createdAt,
    callHash,
    deletedAt: deletion?.at,
    deletedFrom: deletion?.from,
    mergedInto: deletion?.mergedInto,
    expiresAt: deletion?.until,
  }
}

/** What of a user other items are made from. */
export function personOf({ id: userId, deletion, ...user }: User): Person {
  const isRestorable = deletion?.from !== undefined
  return { ...user, userId, ...(isRestorable && { expiresAt: deletion.until }) }
}

type StoredSubject = {
  sk: string
  idpId: IdpId
  nameId: string
  isAttribute?: boolean
  metBy?: MetBy
  linkedAt: number
  linkedBy: string
  unlinkedAt?: number
}

export const SUBJECT_PREFIX = 'subject#'

/** Undefined of one that was unlinked: its row stays a while for its event. */
export function userSubjectOf(row: object): UserSubject | undefined {
  const {
    sk,
    idpId,
    nameId,
    isAttribute = false,
    metBy,
    linkedAt,
    linkedBy,
    unlinkedAt,
  } = row as StoredSubject
  if (unlinkedAt !== undefined) return undefined
  const key = sk.slice(SUBJECT_PREFIX.length)
  return { key, idpId, nameId, isAttribute, ...(metBy && { metBy }), linkedAt, linkedBy }
}

/** The row of a subject among those of its user. */
export const userSubjectItem = (user: Pick<User, 'id' | 'orgId'>, subject: UserSubject) => {
  const { key, isAttribute, ...rest } = subject
  return {
    ...directoryKeys.userSubject(user.orgId, user.id, key),
    userId: user.id,
    orgId: user.orgId,
    ...rest,
    ...(isAttribute && { isAttribute }),
  }
}
