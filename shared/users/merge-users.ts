import type { UserId } from '../ids.ts'
import { fail, type Result } from '../result.ts'
import { type UserTarget, withUser } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import { MAX_SUBJECTS, type UserRecord } from './types.ts'

/**
 * Makes one user of two that are the same person: whoever signs in as the other is this one from
 * now on, with the profile and user name of this one and the seats of both. The other's address and
 * user name are free.
 *
 * @param from the other
 */
export async function mergeUsers(
  store: Pick<UserStore, 'find' | 'merge'>,
  target: UserTarget,
  from: UserId,
): Promise<Result<UserRecord, UserCause>> {
  if (from === target.userId) return fail('merge_with_oneself')
  if (from === target.callerId) return fail('own_role')
  return withUser<UserRecord>(store, target, async (into) => {
    const other = await store.find(target.orgId, from)
    if (!other) return fail('user_unknown')
    const isActive = into.user.state === 'active' && other.user.state === 'active'
    if (!isActive) return fail('user_not_active')
    if (into.subjectCount + other.subjectCount > MAX_SUBJECTS) return fail('too_many_subjects')
    return store.merge(into, other, target.act)
  })
}
