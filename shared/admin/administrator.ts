import type { OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'

/** What a person may do in the administration of their organization (R6). */
type AdministratorRole = 'admin' | 'reader'

/** A user as the administration knows them. The user's item is the authority on all of it. */
export type Administrator = {
  orgId: OrgId
  userId: UserId
  email: string
  displayName?: string
  state: string
  role?: string
  /** Epoch milliseconds: sessions that began before are over. */
  sessionsFrom?: number
}

export type AdministratorStore = {
  /** Reads with strong consistency: what was taken away is gone at once. */
  find(orgId: OrgId, userId: UserId): Promise<Administrator | undefined>
}

export type AdministratorError = 'user_unknown' | 'user_not_active' | 'not_administrator'

/** A user who may use the administration. */
export type JudgedAdministrator = { user: Administrator; role: AdministratorRole }

/** The role that a user has now, or why they have none. */
export function roleOf(
  user: Administrator | undefined,
): Result<JudgedAdministrator, AdministratorError> {
  if (!user) return fail('user_unknown')
  if (user.state !== 'active') return fail('user_not_active')
  const { role } = user
  return role === 'admin' || role === 'reader' ? ok({ user, role }) : fail('not_administrator')
}
