import type { User } from '../users/types.ts'
import { foldUserName } from '../users/user-name.ts'
import * as directoryKeys from './directory-keys.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { markerWrites } from './user-markers.ts'

type Named = Pick<User, 'id' | 'orgId' | 'state' | 'userName'>

/**
 * From a user as stored, or from none, to what they are now: the item that makes their user name
 * theirs. Apart from the rows of userRowWrites(), which also follow what a sign-in believes of a user:
 * no belief gives up a user name.
 */
export const userNameWrites = (
  directory: string,
  before: Named | undefined,
  next: Named,
): GuardedWrite<'user_name_in_use' | 'changed_meanwhile'>[] =>
  markerWrites(
    directory,
    { userId: next.id, from: heldBy(before), to: heldBy(next) },
    () => 'user_name_in_use' as const,
  )

/** Those who were deleted hold none. */
const heldBy = (user: Named | undefined) =>
  user?.userName === undefined || user.state === 'deleted'
    ? undefined
    : directoryKeys.userName(user.orgId, foldUserName(user.userName))
