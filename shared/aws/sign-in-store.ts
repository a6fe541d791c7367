import { newUserId, type UserId } from '../ids.ts'
import type { CompletionError, SignIn, SignInStore, Subject } from '../sign-in/ports.ts'
import { transact } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { putNew, update } from './item-writes.ts'
import { ephemeralKeys } from './keys.ts'
import { completionOf, sessionNameItem } from './login-record.ts'
import { signInReads } from './sign-in-reads.ts'
import { testWrites } from './test-store.ts'
import { traceItem } from './trace-store.ts'
import {
  createUser,
  type GuardedWrite,
  isSameProfile,
  requireActiveUser,
  updateUser,
} from './user-writes.ts'

/** Sign-ins in the two tables: one read and one transaction each. */
export const dynamoSignIns = (directory: string, ephemeral: string): SignInStore => ({
  ...signInReads(directory, ephemeral),

  async completeNew(signIn) {
    const userId = newUserId()
    const error = await write([
      loginWrite(ephemeral, signIn, userId),
      ...createUser(directory, signIn, userId),
      ...sessionNameWrites(ephemeral, signIn),
      traceWrite(directory, signIn, userId),
    ])
    return typeof error === 'object' ? 'subject_changed' : error
  },

  async completeKnown(signIn, subject) {
    let emailIs = subject.profile.email
    for (let attempt = 1; attempt <= 3; attempt++) {
      const error = await write([
        loginWrite(ephemeral, signIn, subject.userId),
        ...userWrites(directory, signIn, subject, emailIs),
        ...sessionNameWrites(ephemeral, signIn),
        traceWrite(directory, signIn, subject.userId),
      ])
      if (typeof error !== 'object') return error
      emailIs = error.emailIs
    }
    return 'subject_changed'
  },

  async completeTest(test) {
    const failed = await transact(testWrites(ephemeral, test))
    return failed.length > 0 ? 'already_completed' : undefined
  },
})

const userWrites = (directory: string, signIn: SignIn, subject: Subject, emailIs: string) =>
  isSameProfile(signIn.profile, subject.profile)
    ? requireActiveUser(directory, signIn, subject)
    : updateUser(directory, signIn, subject, emailIs)

/** Writes all or nothing; of several conditions that failed, the first in the list explains it. */
async function write(writes: readonly GuardedWrite[]) {
  const [failed] = await transact(writes.map((one) => one.write))
  return failed && writes[failed.index]?.onFailure(failed.item)
}

/** Turns the request, or nothing, into a login token, once. */
function loginWrite(ephemeral: string, signIn: SignIn, userId: UserId): GuardedWrite {
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
function sessionNameWrites(ephemeral: string, signIn: SignIn): GuardedWrite[] {
  const Item = sessionNameItem(signIn)
  if (!Item) return []
  const write = { Put: { TableName: ephemeral, Item: toItem(Item) } }
  return [{ write, onFailure: () => 'subject_changed' }]
}

/** The trace of a success is also the change that carries the sign-in's event. */
function traceWrite(directory: string, signIn: SignIn, userId: UserId): GuardedWrite {
  const { trace, idp, landing } = signIn
  const event = evt('latchkey.sign-in.succeeded.v1', trace.at, `idp:${idp.id}`)
  const item = { ...traceItem(trace), userId, product: landing.product, evt: event }
  return { write: putNew(directory, item), onFailure: () => 'already_completed' }
}
