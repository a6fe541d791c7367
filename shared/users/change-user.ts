import type { OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { UserCause } from './errors.ts'
import type { ChangeError, ExactAct, UserChange, UserStore } from './ports.ts'
import type { Details, UserRecord } from './types.ts'
import { whyOutside } from './verified-address.ts'

/** Which user, who changes them, and what the caller has seen of them. */
export type UserTarget = {
  orgId: OrgId
  userId: UserId
  act: ExactAct
  /** What they may be, as `revisionOf` names it; absent: whatever they are now. */
  seen?: readonly string[] | undefined
  /** The caller, where it is a person. */
  callerId?: UserId | undefined
}

/** Names a state of a user: two records of one name are the same. */
export const revisionOf = ({ revision }: UserRecord) => String(revision)

type Write = (
  record: UserRecord,
  change: UserChange,
  act: ExactAct,
) => Promise<Result<UserRecord, ChangeError>>

/** What becomes of a user; undefined: they are so already, and nothing is written. */
export type Decide = (
  record: UserRecord,
) => Result<UserChange | undefined, UserCause> | Promise<Result<UserChange | undefined, UserCause>>

type Changing = Pick<UserStore, 'find' | 'change'>

const MAX_ATTEMPTS = 5

/**
 * Does something to a user by what they are now. Where somebody else was faster, they are read and
 * it is decided anew, unless the caller had named what it has seen: then it is told.
 */
export async function withUser<Done>(
  store: Pick<UserStore, 'find'>,
  { orgId, userId, seen }: UserTarget,
  run: (record: UserRecord) => Promise<Result<Done, UserCause>>,
): Promise<Result<Done, UserCause>> {
  for (let attempt = 1; ; attempt++) {
    const record = await store.find(orgId, userId)
    if (!record) return fail('user_unknown')
    if (seen && !seen.includes(revisionOf(record))) return fail('changed_meanwhile')
    const done = await run(record)
    const isOvertaken = !done.ok && done.error === 'changed_meanwhile'
    if (!isOvertaken || seen || attempt === MAX_ATTEMPTS) return done
  }
}

/** The same for a change of the user alone. */
export const changing = (
  store: Changing,
  target: UserTarget,
  decide: Decide,
  write: Write = (...change) => store.change(...change),
): Promise<Result<UserRecord, UserCause>> =>
  withUser(store, target, async (record) => {
    const decided = await decide(record)
    if (!decided.ok) return decided
    return decided.value ? write(record, decided.value, target.act) : ok(record)
  })

/**
 * Changes names, user name and address. Who was invited keeps the address that the invitation went to.
 *
 * @param revise what they become
 */
export const changeUser = (
  store: Pick<UserStore, 'find' | 'change' | 'findHome'>,
  target: UserTarget,
  revise: (details: Details) => Details,
): Promise<Result<UserRecord, UserCause>> =>
  changing(store, target, async ({ user }) => {
    if (user.state === 'deleted') return fail('user_deleted')
    const { email, userName, givenName, familyName, displayName, ...rest } = user
    const before = { email, userName, givenName, familyName, displayName }
    const details = revise(withoutUndefined(before))
    const next = { ...rest, ...details }
    if (details.email === email) return ok({ user: next, event: 'updated' })
    if (user.state === 'invited') return fail('user_invited')
    const home = await store.findHome(target.orgId)
    if (!home) return fail('organization_unknown')
    const outside = whyOutside(next, home)
    return outside ? fail(outside) : ok({ user: next, event: 'updated', home })
  })

/** What is undefined is not there. */
const withoutUndefined = (details: { [Name in keyof Details]: Details[Name] | undefined }) =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as Details // the address is always there
