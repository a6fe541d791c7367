import type { OrgId, UserId } from '../ids.ts'
import { emailDomain, foldEmail } from '../users/email.ts'
import { searchNames } from '../users/fold.ts'
import type { Profile, UserRole, UserState } from '../users/types.ts'
import type { Key } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { type GuardedWrite, put, remove } from './guarded-write.ts'
import { condition } from './item-writes.ts'
import { directoryKeys } from './keys.ts'

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

/** The address that a person holds, folded; those who were deleted hold none. */
const held = (person: Person | undefined) =>
  person && person.state !== 'deleted' ? foldEmail(person.email) : undefined

function moveEmail(
  directory: string,
  before: Person | undefined,
  next: Person,
): GuardedWrite<RowFailure>[] {
  const [from, to] = [held(before), held(next)]
  if (from === to) return []
  return [
    ...(to === undefined ? [] : [claimEmail(directory, next, to)]),
    ...(from === undefined ? [] : [releaseEmail(directory, next, from)]),
  ]
}

const claimEmail = (
  directory: string,
  { orgId, userId }: Person,
  folded: string,
): GuardedWrite<RowFailure> => ({
  write: {
    Put: {
      TableName: directory,
      Item: toItem({ ...directoryKeys.email(orgId, folded), userId }),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
  onFailure: (stored) => ({ emailOf: (stored as { userId?: UserId } | undefined)?.userId }),
})

const releaseEmail = (
  directory: string,
  { orgId, userId }: Person,
  folded: string,
): GuardedWrite<RowFailure> => ({
  write: {
    Delete: condition(directory, {
      key: directoryKeys.email(orgId, folded),
      condition: '#userId = :userId',
      values: { userId },
    }),
  },
  onFailure: () => 'changed_meanwhile',
})
