import { fail, ok, type Result } from '../result.ts'
import { changing, type UserTarget } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import type { UserRecord, UserRole } from './types.ts'
import { whyOutside } from './verified-address.ts'

/**
 * Gives a user another role. Nobody changes their own, and nobody takes the last admin's: the store
 * counts the active ones (R6).
 */
export async function changeRole(
  store: Pick<UserStore, 'find' | 'change' | 'findHome'>,
  target: UserTarget,
  role: UserRole,
): Promise<Result<UserRecord, UserCause>> {
  if (target.callerId === target.userId) return fail('own_role')
  return changing(store, target, async ({ user }) => {
    if (user.state === 'deleted') return fail('user_deleted')
    if (user.state === 'invited') return fail('user_invited')
    if (user.role === role) return ok(undefined)
    const next = { ...user, role }
    const home = await store.findHome(target.orgId)
    if (!home) return fail('organization_unknown')
    const outside = whyOutside(next, home)
    return outside ? fail(outside) : ok({ user: next, event: 'role-changed', home })
  })
}
