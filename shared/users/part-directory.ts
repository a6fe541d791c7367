import type { DirectoryId } from '../ids.ts'
import { fail, type Result } from '../result.ts'
import { type UserTarget, withUser } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import type { UserRecord } from './types.ts'

/**
 * Takes a user from a SCIM directory: they stay as they are, their SCIM user is nobody's from then
 * on, and no change of it brings the two together again. Only a SCIM user that is made anew can.
 */
export const partDirectory = (
  store: Pick<UserStore, 'find' | 'findDirectories' | 'part'>,
  target: UserTarget,
  directory: DirectoryId,
): Promise<Result<UserRecord, UserCause>> =>
  withUser<UserRecord>(store, target, async (record) => {
    if (record.user.state === 'deleted') return fail('user_deleted')
    const links = await store.findDirectories(target.orgId, target.userId)
    const link = links.find(({ directoryId }) => directoryId === directory)
    return link ? store.part(record, link, target.act) : fail('directory_unknown')
  })
