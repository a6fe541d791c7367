import type { Act } from '../users/ports.ts'
import type { UserRecord } from '../users/types.ts'
import { adminRowWrites } from './admin-rows.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { putNew } from './item-writes.ts'
import { personOf, storedUser } from './user-items.ts'
import { userNameWrites } from './user-name-writes.ts'
import { userRowWrites } from './user-rows.ts'
import type { UserFailure } from './write-user.ts'

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
    ...userNameWrites(directory, undefined, record.user),
    ...adminRowWrites(directory, undefined, personOf(record.user)),
  ]
}
