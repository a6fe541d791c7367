import type { UserId } from '../ids.ts'
import type { CompletionError, SignIn, SignInStore, Subject } from '../sign-in/ports.ts'
import { isSameProfile } from '../users/profile.ts'
import * as directoryKeys from './directory-keys.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, put, writeAll } from './guarded-write.ts'
import { condition, putNew, update } from './item-writes.ts'
import { completionOf, sessionNameItem } from './login-record.ts'
import { groupWrites, requireAccess } from './sign-in-access.ts'
import { signInReads } from './sign-in-reads.ts'
import { traceItem } from './trace-store.ts'
import { transact } from './transact.ts'

/** Sign-ins in the two tables: one read and one transaction each, more where a user changes. */
export const dynamoSignIns = (directory: string, ephemeral: string): SignInStore => ({
  ...signInReads(directory, ephemeral),
  ...completions(directory, completing(directory, ephemeral)),

  async completeTest(test) {
    const { testWrites } = await import('./test-store.ts')
    const failed = await transact(testWrites(ephemeral, test))
    return failed.length > 0 ? 'already_completed' : undefined
  },
})

/** Writes all that a sign-in is beside what it makes of a user; of an enrolment, only that. */
export type Complete = <Failure>(
  signIn: SignIn,
  userId: UserId,
  writes: readonly GuardedWrite<Failure>[],
) => Promise<Failure | CompletionError | undefined>

const completing =
  (directory: string, ephemeral: string): Complete =>
  <Failure>(signIn: SignIn, userId: UserId, writes: readonly GuardedWrite<Failure>[]) => {
    if (signIn.isEnrolment) return writeAll(writes)
    return writeAll<Failure | CompletionError>([
      loginWrite(ephemeral, signIn, userId),
      ...writes,
      ...sessionNameWrites(ephemeral, signIn),
      ...groupWrites(directory, signIn, userId),
      ...(signIn.requiresAccess ? [requireAccess(directory, signIn, userId)] : []),
      traceWrite(directory, signIn, userId),
    ])
  }

/** Most sign-ins change no user: what does is loaded once one comes. */
const load = () => import('./sign-in-changes.ts')

const completions = (
  directory: string,
  complete: Complete,
): Pick<SignInStore, 'completeNew' | 'completeKnown'> => ({
  async completeNew(signIn) {
    const { completeNew } = await load()
    return completeNew(directory, complete, signIn)
  },

  async completeKnown(signIn, subject) {
    const isSame = isSameProfile(signIn.profile, subject.profile) && !subject.isFormer
    const writes = [requireActiveUser(directory, signIn, subject)]
    const error = isSame ? await complete(signIn, subject.userId, writes) : 'changes'
    if (error !== 'changes' && error !== 'user_deleted') return error
    const { completeChanged } = await load()
    return completeChanged(directory, complete, { signIn, subject })
  },
})

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
  onFailure: (stored) =>
    (stored as { state?: string } | undefined)?.state === 'deleted'
      ? 'user_deleted'
      : 'user_suspended',
})

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
