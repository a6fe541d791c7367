import type { EventType } from '../events/catalogue.ts'
import type { Act, Home, UserEvent } from '../users/ports.ts'
import type { UserRecord } from '../users/types.ts'
import { adminRowWrites } from './admin-rows.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { condition, putNew, update } from './item-writes.ts'
import { directoryKeys } from './keys.ts'
import { personOf, storedUser } from './user-items.ts'
import { type RowFailure, userRowWrites } from './user-rows.ts'

/** Why a user is not written. */
export type UserFailure = RowFailure | 'last_admin' | 'changed_meanwhile'

const eventTypes = {
  updated: 'latchkey.user.updated.v1',
  suspended: 'latchkey.user.suspended.v1',
  reactivated: 'latchkey.user.reactivated.v1',
  deleted: 'latchkey.user.deleted.v1',
  restored: 'latchkey.user.restored.v1',
  merged: 'latchkey.user.merged.v1',
  'role-changed': 'latchkey.user.role-changed.v1',
  'sessions-ended': 'latchkey.session.ended.v1',
} as const satisfies Record<UserEvent | 'merged', EventType>

type Told = { event?: keyof typeof eventTypes; act: Act }

/**
 * From one record of a user to the next, with all rows that follow: what is the same is left alone,
 * and the user must still be as they were read. Without an event, another item of the transaction
 * tells what happened.
 */
export function userChangeWrites(
  directory: string,
  before: UserRecord,
  next: UserRecord,
  told: Told,
): GuardedWrite<UserFailure>[] {
  return [
    userWrite(directory, before, next, told),
    ...userRowWrites(directory, personOf(before.user), personOf(next.user)),
    ...adminRowWrites(directory, personOf(before.user), personOf(next.user)),
  ]
}

function userWrite(
  directory: string,
  before: UserRecord,
  next: UserRecord,
  { event, act }: Told,
): GuardedWrite<'changed_meanwhile'> {
  const { orgId, id } = next.user
  const former = new Map<string, unknown>(Object.entries(storedUser(before)))
  const fields = Object.entries(storedUser(next)).filter(
    ([name, value]) => value !== former.get(name),
  )
  const remove = fields.flatMap(([name, value]) => (value === undefined ? [name] : []))
  const isEnded = event === 'sessions-ended'
  const set = {
    ...Object.fromEntries(fields),
    ...(isEnded && { endedBy: 'administrator' }),
    ...(event && { evt: evt(eventTypes[event], act.at, act.actor) }),
  }
  const Update = update(directory, {
    key: directoryKeys.user(orgId, id),
    set,
    remove,
    condition: '#rev = :revision',
    values: { revision: before.revision },
    increment: 'rev',
  })
  return { write: { Update }, onFailure: () => 'changed_meanwhile' }
}

/** A user who did not exist. */
export function userCreationWrites(
  directory: string,
  record: UserRecord,
  act: Act,
): GuardedWrite<UserFailure>[] {
  const { orgId, id } = record.user
  const item = {
    ...directoryKeys.user(orgId, id),
    ...storedUser(record),
    rev: 1,
    evt: evt('latchkey.user.created.v1', act.at, act.actor),
  }
  return [
    { write: putNew(directory, item), onFailure: () => 'changed_meanwhile' },
    ...userRowWrites(directory, undefined, personOf(record.user)),
    ...adminRowWrites(directory, undefined, personOf(record.user)),
  ]
}

/** The organization must be as it was read, where its domains were relied on. */
export const unchangedHome = (
  directory: string,
  home: Home | undefined,
): GuardedWrite<'changed_meanwhile'>[] => {
  if (!home) return []
  const ConditionCheck = condition(directory, {
    key: directoryKeys.organization(home.orgId),
    condition: '#rev = :revision',
    values: { revision: home.revision },
  })
  return [{ write: { ConditionCheck }, onFailure: () => 'changed_meanwhile' }]
}

/** Writes, and says in one word why not. */
export async function writeUser<Failure>(
  writes: readonly GuardedWrite<Failure | RowFailure>[],
): Promise<Failure | 'changed_meanwhile' | 'email_in_use' | undefined> {
  const failure = await writeAll<Failure | RowFailure>(writes)
  return isEmailFailure(failure) ? 'email_in_use' : failure
}

const isEmailFailure = (failure: unknown): failure is Exclude<RowFailure, string> =>
  typeof failure === 'object' && failure !== null && 'emailOf' in failure
