import { fail, ok, type Result } from '../result.ts'
import { changing, type UserTarget } from './change-user.ts'
import { foldEmail } from './email.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import { sessionsOver } from './suspend-user.ts'
import type { UserRecord } from './types.ts'
import { whyOutside } from './verified-address.ts'

/** How long a deleted user can be restored, in seconds. */
export const RESTORE_SECONDS = 30 * 24 * 3600

/**
 * Deletes a user: the address is free at once, what they use ends, and what they are known by leads
 * nowhere. They can be restored for 30 days.
 *
 * @param confirmation the address of an active user, as the admin has typed it
 */
export const deleteUser = (
  store: Pick<UserStore, 'find' | 'change' | 'remove'>,
  target: UserTarget,
  confirmation: string | undefined,
): Promise<Result<UserRecord, UserCause>> =>
  changing(
    store,
    target,
    ({ user }) => {
      const { state, email } = user
      if (state === 'deleted') return fail('user_deleted')
      if (state === 'invited') return fail('user_invited')
      const isConfirmed = foldEmail(confirmation ?? '') === foldEmail(email)
      if (state === 'active' && !isConfirmed) return fail('confirmation_missing')
      const { at } = target.act
      const deletion = { at, until: at + RESTORE_SECONDS, from: state }
      const sessionsFrom = sessionsOver(user, target.act)
      return ok({ user: { ...user, state: 'deleted', sessionsFrom, deletion }, event: 'deleted' })
    },
    (...change) => store.remove(...change),
  )

/** Brings a deleted user back as they were, as long as the address is free. */
export const restoreUser = (
  store: Pick<UserStore, 'find' | 'change' | 'findHome' | 'restore'>,
  target: UserTarget,
): Promise<Result<UserRecord, UserCause>> =>
  changing(
    store,
    target,
    async ({ user: { deletion, ...user } }) => {
      if (!deletion) return fail('user_not_restorable')
      const { from, until } = deletion
      if (from === undefined || until <= target.act.at) return fail('user_not_restorable')
      const home = await store.findHome(target.orgId)
      if (!home) return fail('organization_unknown')
      const outside = whyOutside(user, home)
      return outside
        ? fail(outside)
        : ok({ user: { ...user, state: from }, event: 'restored', home })
    },
    (...change) => store.restore(...change),
  )
