import { newUserId, type UserId } from '../ids.ts'
import type { CompletionError, SignIn, SignInStore, Subject } from '../sign-in/ports.ts'
import { isSameProfile } from '../users/profile.ts'
import { transact } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, put, writeAll } from './guarded-write.ts'
import { condition, putNew, update } from './item-writes.ts'
import { directoryKeys, ephemeralKeys } from './keys.ts'
import { completionOf, sessionNameItem } from './login-record.ts'
import { groupWrites, requireAccess } from './sign-in-access.ts'
import { signInReads } from './sign-in-reads.ts'
import { traceItem } from './trace-store.ts'
import type { Person } from './user-rows.ts'
import type { UserWriteFailure } from './user-writes.ts'

/** What changes users: most sign-ins change none, so it is loaded once one does. */
const loadUserWrites = () => import('./user-writes.ts')

/** Sign-ins in the two tables: one read and one transaction each. */
export const dynamoSignIns = (directory: string, ephemeral: string): SignInStore => ({
  ...signInReads(directory, ephemeral),

  async completeNew(signIn) {
    const userId = newUserId()
    const { createUser } = await loadUserWrites()
    const user = createUser(directory, signIn, userId)
    const failure = await writeAll(
      completionWrites({ directory, ephemeral }, { signIn, userId, user }),
    )
    return failure && errorOf(failure)
  },

  async completeKnown(signIn, subject) {
    let person: Person = {
      ...subject.profile,
      orgId: signIn.idp.orgId,
      userId: subject.userId,
      state: 'active',
      role: 'member',
    }
    for (let attempt = 1; attempt <= 3; attempt++) {
      const user = await userWrites(directory, signIn, subject, person)
      const { userId } = subject
      const failure = await writeAll(
        completionWrites({ directory, ephemeral }, { signIn, userId, user }),
      )
      if (typeof failure !== 'object' || !('userIs' in failure)) return failure && errorOf(failure)
      person = failure.userIs
    }
    return 'subject_changed'
  },

  async completeTest(test) {
    const { testWrites } = await import('./test-store.ts')
    const failed = await transact(testWrites(ephemeral, test))
    return failed.length > 0 ? 'already_completed' : undefined
  },
})

type Tables = { directory: string; ephemeral: string }
type Completion = { signIn: SignIn; userId: UserId; user: readonly GuardedWrite<Failure>[] }

/** All that a sign-in writes; of an enrolment, only what the user is. */
function completionWrites(
  { directory, ephemeral }: Tables,
  { signIn, userId, user }: Completion,
): GuardedWrite<Failure>[] {
  if (signIn.isEnrolment) return [...user]
  return [
    loginWrite(ephemeral, signIn, userId),
    ...user,
    ...sessionNameWrites(ephemeral, signIn),
    ...groupWrites(directory, signIn, userId),
    ...(signIn.requiresAccess ? [requireAccess(directory, signIn, userId)] : []),
    traceWrite(directory, signIn, userId),
  ]
}

async function userWrites(
  directory: string,
  signIn: SignIn,
  subject: Subject,
  person: Person,
): Promise<GuardedWrite<Failure>[]> {
  const isSame = isSameProfile(signIn.profile, subject.profile)
  if (isSame && !subject.isFormer) return [requireActiveUser(directory, signIn, subject)]
  const { moveSubject, updateUser } = await loadUserWrites()
  if (isSame) return moveSubject(directory, signIn, subject)
  const writes = updateUser(directory, signIn, subject, person)
  if (!isAdministrator(person)) return writes
  const { adminRowWrites } = await import('./admin-rows.ts')
  return [...writes, ...adminRowWrites(directory, person, { ...person, ...signIn.profile })]
}

/** The user must be there and active; nothing about them changes. */
const requireActiveUser = (
  directory: string,
  { idp }: SignIn,
  { userId }: Subject,
): GuardedWrite<CompletionError> => ({
  write: {
    ConditionCheck: condition(directory, {
      key: directoryKeys.user(idp.orgId, userId),
      condition: '#state = :active',
      values: { active: 'active' },
    }),
  },
  onFailure: () => 'user_suspended',
})

const isAdministrator = ({ role }: Person) => role === 'admin' || role === 'reader'

type Failure = UserWriteFailure | 'last_admin'

function errorOf(failure: Failure): CompletionError {
  if (typeof failure === 'object') return 'emailOf' in failure ? 'email_in_use' : 'subject_changed'
  // The role does not change here, nor does the count of admins.
  return failure === 'changed_meanwhile' || failure === 'last_admin' ? 'subject_changed' : failure
}

/** Turns the request, or nothing, into a login token, once. */
function loginWrite(
  ephemeral: string,
  signIn: SignIn,
  userId: UserId,
): GuardedWrite<CompletionError> {
  const key = ephemeralKeys.login(signIn.handle)
  const completion = completionOf(signIn, userId)
  const onFailure = (): CompletionError => 'already_completed'
  if (!signIn.isSolicited) return { write: putNew(ephemeral, { ...key, ...completion }), onFailure }
  const change = update(ephemeral, {
    key,
    set: completion,
    condition: 'attribute_not_exists(#secretHash) AND #idpId = :idp AND #validUntil > :now',
    values: { idp: signIn.idp.id, now: signIn.trace.at },
  })
  return { write: { Update: change }, onFailure }
}

/** Lets a logout find somebody by the NameID of this one session. */
function sessionNameWrites(ephemeral: string, signIn: SignIn): GuardedWrite<never>[] {
  const item = sessionNameItem(signIn)
  return item ? [put(ephemeral, item)] : []
}

/** The trace of a success is also the change that carries the sign-in's event. */
function traceWrite(
  directory: string,
  signIn: SignIn,
  userId: UserId,
): GuardedWrite<CompletionError> {
  const { trace, idp, landing } = signIn
  const event = evt('latchkey.sign-in.succeeded.v1', trace.at, `idp:${idp.id}`)
  const item = { ...traceItem(trace), userId, product: landing.product, evt: event }
  return { write: putNew(directory, item), onFailure: () => 'already_completed' }
}
