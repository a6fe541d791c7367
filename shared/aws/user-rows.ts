import type { OrgId, UserId } from '../ids.ts'
import { emailDomain, foldEmail } from '../users/email.ts'
import { searchNames } from '../users/fold.ts'
import type { Profile, UserRole, UserState } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import type { Key } from './dynamo.ts'
import { type GuardedWrite, put, remove } from './guarded-write.ts'
import { markerWrites } from './user-markers.ts'

/** What of a user other items are made from. */
export type Person = Profile & {
  orgId: OrgId
  userId: UserId
  state: UserState
  role: UserRole
  /** Of a deleted user: epoch seconds until which they are remembered. */
  expiresAt?: number
}

/** Why the rows of a user cannot be written. */
export type RowFailure = { emailOf: UserId | undefined } | 'changed_meanwhile'

/**
 * From a user as they were, or from none, to what they are now: the rows that lead to them by
 * address, name and domain, or that remember them as deleted (docs/storage.md). Whoever writes a
 * user writes these in the same transaction, and those of adminRowWrites() beside them.
 */
export function userRowWrites(
  directory: string,
  before: Person | undefined,
  next: Person,
): GuardedWrite<RowFailure>[] {
  const rows = rowsOf(next)
  const former = before ? rowsOf(before) : []
  return [...moveEmail(directory, before, next), ...rowChanges(directory, former, rows)]
}

type Row = Key & { userId: UserId; isAlias?: string; expiresAt?: number }

function rowsOf(person: Person): Row[] {
  const { orgId, userId, email, state, expiresAt } = person
  if (state === 'deleted') {
    // Whoever cannot be restored is remembered nowhere.
    if (expiresAt === undefined) return []
    return [{ ...directoryKeys.deletedUser(orgId, userId), userId, expiresAt }]
  }
  const [first = '', ...aliases] = searchNames(person)
  const named = (name: string) => ({ ...directoryKeys.name(orgId, `${name} ${userId}`), userId })
  return [
    { ...directoryKeys.domainUser(orgId, emailDomain(email) ?? '', userId), userId },
    named(first),
    ...aliases.map((alias) => ({ ...named(alias), isAlias: first })),
  ]
}

function rowChanges(directory: string, former: readonly Row[], rows: readonly Row[]) {
  const isAt = (row: Row) => (other: Row) => other.pk === row.pk && other.sk === row.sk
  const isSame = (row: Row, other: Row | undefined) =>
    other !== undefined && row.isAlias === other.isAlias && row.expiresAt === other.expiresAt
  const written = rows.filter((row) => !isSame(row, former.find(isAt(row))))
  const stale = former.filter((row) => !rows.some(isAt(row)))
  return [
    ...written.map((row) => put(directory, row)),
    ...stale.map(({ pk, sk }) => remove(directory, { pk, sk })),
  ]
}

/** The address of a person; those who were deleted hold none. */
const heldBy = (person: Person | undefined) =>
  person && person.state !== 'deleted'
    ? directoryKeys.email(person.orgId, foldEmail(person.email))
    : undefined

const moveEmail = (
  directory: string,
  before: Person | undefined,
  next: Person,
): GuardedWrite<RowFailure>[] =>
  markerWrites(
    directory,
    { userId: next.userId, from: heldBy(before), to: heldBy(next) },
    (emailOf) => ({ emailOf }),
  )
