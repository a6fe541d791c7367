import type { OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { UserCause } from './errors.ts'
import type { Act, UserStore } from './ports.ts'
import type { Details, UserRecord, UserRole } from './types.ts'
import { whyOutside } from './verified-address.ts'

type Creation = {
  orgId: OrgId
  /** New, or that of a call that may come again. */
  userId: UserId
  profile: Details
  role: UserRole
  act: Act
  /** Of the call, where it may come again. */
  callHash?: string | undefined
}

/**
 * Makes a user without an invitation: whoever signs in with that address first is them. A call that
 * comes again finds what it has made; another call under its name is refused.
 */
export async function createUser(
  store: Pick<UserStore, 'findHome' | 'create'>,
  creation: Creation,
): Promise<Result<UserRecord, Exclude<UserCause, 'changed_meanwhile'>>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const created = await createOnce(store, creation)
    if (created.ok) return created
    if (created.error !== 'changed_meanwhile') return fail(created.error)
  }
  throw new Error('somebody else changes the organization all the time')
}

const MAX_ATTEMPTS = 5

async function createOnce(
  store: Pick<UserStore, 'findHome' | 'create'>,
  { orgId, userId, profile, role, act, callHash }: Creation,
): Promise<Result<UserRecord, UserCause>> {
  const home = await store.findHome(orgId)
  if (!home) return fail('organization_unknown')
  const user = { ...profile, id: userId, orgId, state: 'active', role, joinedBy: 'admin' } as const
  const outside = whyOutside(user, home)
  if (outside) return fail(outside)
  const record = {
    user,
    createdAt: act.at,
    revision: 1,
    subjectCount: 0,
    ...(callHash !== undefined && { callHash }),
  }
  const error = await store.create(record, home, act)
  if (error === undefined) return ok(record)
  if (typeof error === 'string') return fail(error)
  return error.exists.callHash === callHash ? ok(error.exists) : fail('key_reused')
}
