import type { EventType } from '../events/catalogue.ts'
import type { Act, UserEvent } from '../users/ports.ts'
import type { UserRecord } from '../users/types.ts'
import { adminRowWrites } from './admin-rows.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { personOf, storedUser } from './user-items.ts'
import { userNameWrites } from './user-name-writes.ts'
import { userRowWrites } from './user-rows.ts'
import type { UserFailure } from './write-user.ts'

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
    ...userNameWrites(directory, before.user, next.user),
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
