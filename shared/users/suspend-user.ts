import type { DirectoryId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { changing, type UserTarget } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { ExactAct, UserStore } from './ports.ts'
import type { User, UserRecord } from './types.ts'

type Store = Pick<UserStore, 'find' | 'change'>

/**
 * From when on sessions of a user are good: later than this very millisecond, and never earlier than
 * it was, as two calls may be decided in another order than they came.
 */
export const sessionsOver = ({ sessionsFrom = 0 }: User, { nowMs }: Pick<ExactAct, 'nowMs'>) =>
  Math.max(sessionsFrom, nowMs + 1)

/** Whether it is this directory that keeps a user out, and nobody else. */
export const isKeptOutBy = ({ state, suspendedBy }: User, directory: DirectoryId) =>
  state === 'suspended' && suspendedBy === directory

/** A user as one who is not kept out any more, whoever did it. */
export const letIn = ({ suspendedBy: _, ...user }: User): User => ({ ...user, state: 'active' })

/**
 * Keeps somebody out at once, with all that they have: the lighter act beside deletion (R22). Whom a
 * directory keeps out it cannot let in from then on.
 */
export const suspendUser = (
  store: Store,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, ({ user }) => {
    const { suspendedBy, ...rest } = user
    if (user.state === 'suspended' && suspendedBy === undefined) return ok(undefined)
    if (user.state === 'deleted') return fail('user_deleted')
    if (user.state === 'invited') return fail('user_invited')
    const sessionsFrom = sessionsOver(user, target.act)
    return ok({ user: { ...rest, state: 'suspended', sessionsFrom }, event: 'suspended' })
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
    return ok({ user: letIn(user), event: 'reactivated' })
  })

/** Ends all sessions of a user that have begun. */
export const signOutEverywhere = (
  store: Store,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, ({ user }) => {
    if (user.state === 'deleted') return fail('user_deleted')
    const sessionsFrom = sessionsOver(user, target.act)
    return ok({ user: { ...user, sessionsFrom }, event: 'sessions-ended' })
  })
