import { fail, ok, type Result } from '../result.ts'
import { changing, type UserTarget } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import type { UserRecord } from './types.ts'

type Store = Pick<UserStore, 'find' | 'change'>

/**
 * From now on, also sessions that begin in this second are over: whoever is quicker than a clock of
 * seconds signs in once more.
 */
export const sessionsOver = (at: number) => (at + 1) * 1000

/** Keeps somebody out at once, with all that they have: the lighter act beside deletion (R22). */
export const suspendUser = (
  store: Store,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, ({ user }) => {
    if (user.state === 'suspended') return ok(undefined)
    if (user.state === 'deleted') return fail('user_deleted')
    if (user.state === 'invited') return fail('user_invited')
    const sessionsFrom = sessionsOver(target.act.at)
    return ok({ user: { ...user, state: 'suspended', sessionsFrom }, event: 'suspended' })
  })

/** Lets a suspended user in again. */
export const reactivateUser = (
  store: Store,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, ({ user }) => {
    if (user.state === 'active') return ok(undefined)
    if (user.state === 'deleted') return fail('user_deleted')
    if (user.state === 'invited') return fail('user_not_suspended')
    return ok({ user: { ...user, state: 'active' }, event: 'reactivated' })
  })

/** Ends all sessions of a user that have begun. */
export const signOutEverywhere = (
  store: Store,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, ({ user }) => {
    if (user.state === 'deleted') return fail('user_deleted')
    const sessionsFrom = sessionsOver(target.act.at)
    return ok({ user: { ...user, sessionsFrom }, event: 'sessions-ended' })
  })
