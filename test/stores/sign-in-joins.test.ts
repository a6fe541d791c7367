import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import type { UserId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { deleteUser, RESTORE_SECONDS, restoreUser } from '#shared/users/delete-user.ts'
import type { Invitation } from '#shared/users/invitation.ts'
import { suspendUser } from '#shared/users/suspend-user.ts'
import { newHome, type TestHome } from './new-people.ts'
import { newProvider, newSignIn, nextSignIn, now } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

const typeOf = (item: object | undefined) =>
  (item as { evt?: { type: string } } | undefined)?.evt?.type

async function subjectOf({ subjectKey }: SignIn): Promise<Subject | undefined> {
  const [subject] = await signIns.findSubjects([subjectKey])
  return subject
}

/** A sign-in of somebody at a provider of the organization. */
function arrival({ orgId, domain }: TestHome, changes: Parameters<typeof newSignIn>[0] = {}) {
  const idp = newProvider({ orgId })
  return newSignIn({ idp, profile: { email: `ada@${domain}` }, ...changes })
}

const later = (signIn: SignIn, at: number): SignIn => ({
  ...signIn,
  trace: { ...signIn.trace, at },
})

const invitationOf = ({ orgId }: TestHome, { id }: Invitation) =>
  db.read(db.directory, directoryKeys.invitation(orgId, id))

async function invited(home: TestHome, role: 'admin' | 'member' = 'member') {
  const email = `Ada@${home.domain}`
  const made = await home.invite({ email, displayName: 'A.' }, role)
  return made.ok ? made.value : assert.fail(made.error)
}

describe('the first sign-in with an address', () => {
  test('of a user without any subject is theirs, and recorded', async () => {
    const home = await newHome(db)
    const { user } = await home.user({ email: `Ada@${home.domain}`, displayName: 'A.' }, 'reader')
    const signIn = arrival(home, { profile: { email: `ada@${home.domain}`, givenName: 'Ada' } })
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, user.id)
    const item = await home.itemOf(user.id)
    assert.equal(item?.['email'], `ada@${home.domain}`)
    assert.equal(item['givenName'], 'Ada')
    assert.equal(item['displayName'], undefined)
    assert.equal(item['role'], 'reader')
    assert.equal(item['subjectCount'], 1)
    assert.equal(item['rev'], 2)
    const [subject] = await home.store.findSubjects(home.orgId, user.id)
    assert.equal(subject?.linkedBy, `idp:${signIn.idp.id}`)
    const key = directoryKeys.userSubject(home.orgId, user.id, signIn.subjectKey)
    assert.equal(typeOf(await db.read(db.directory, key)), 'latchkey.user.subject-linked.v1')
    await home.assertRows([user.id])
  })

  test('of a user who is known by a subject is refused', async () => {
    const home = await newHome(db)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    assert.equal(await signIns.completeNew(arrival(home)), undefined)
    const other = arrival(home)
    assert.equal(await signIns.completeNew(other), 'email_in_use')
    assert.equal(await subjectOf(other), undefined)
    assert.equal((await home.itemOf(user.id))?.['subjectCount'], 1)
  })

  test('of a user whose subjects nobody has counted is refused', async () => {
    const home = await newHome(db)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    const key = directoryKeys.user(home.orgId, user.id)
    const { subjectCount, ...item } = (await home.itemOf(user.id)) ?? {}
    assert.equal(subjectCount, 0)
    await db.put(db.directory, { ...item, ...key })
    assert.equal(await signIns.completeNew(arrival(home)), 'email_in_use')
  })

  test('of a suspended user is refused', async () => {
    const home = await newHome(db)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    assert.equal((await suspendUser(home.store, home.targetOf(user.id))).ok, true)
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), 'user_suspended')
    assert.equal(await subjectOf(signIn), undefined)
  })

  test('of one user by many subjects at once is won by one of them', async () => {
    const home = await newHome(db)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    const all = Array.from({ length: 8 }, () => arrival(home))
    const errors = await Promise.all(all.map((one) => signIns.completeNew(one)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    for (const error of errors) {
      assert.ok([undefined, 'email_in_use', 'subject_changed'].includes(error), error)
    }
    assert.equal((await home.store.findSubjects(home.orgId, user.id)).length, 1)
    assert.equal((await home.itemOf(user.id))?.['subjectCount'], 1)
  })
})

describe('where people join by invitation', () => {
  test('nobody comes to exist without one, and nothing is written', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), 'not_invited')
    assert.equal(await subjectOf(signIn), undefined)
    assert.deepEqual(await home.partition(`org#${home.orgId}#email`), [])
  })

  test('who was invited is that user, active from then on', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const invitation = await invited(home, 'admin')
    const signIn = later(arrival(home), invitation.endsAt - 1)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, invitation.userId)
    const item = await home.itemOf(invitation.userId)
    assert.equal(item?.['state'], 'active')
    assert.equal(item['role'], 'admin')
    assert.equal(item['joinedBy'], 'invitation')
    assert.equal(item['invitationId'], undefined)
    const accepted = await invitationOf(home, invitation)
    assert.equal(accepted?.['state'], 'accepted')
    assert.equal(typeOf(accepted), 'latchkey.invitation.accepted.v1')
    await home.assertRows([invitation.userId])
  })

  test('an invitation is good no more in the second that it ends', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const invitation = await invited(home)
    const signIn = later(arrival(home), invitation.endsAt)
    assert.equal(await signIns.completeNew(signIn), 'not_invited')
    assert.equal((await home.itemOf(invitation.userId))?.['state'], 'invited')
  })
})

describe('where people join by themselves', () => {
  for (const state of ['deleting', 'deleted', 'importing']) {
    test(`nobody comes to exist in an organization that is ${state}`, async () => {
      const home = await newHome(db)
      const key = directoryKeys.organization(home.orgId)
      const before = await db.read(db.directory, key)
      await db.put(db.directory, { ...before, ...key, state })
      const signIn = arrival(home)
      assert.equal(await signIns.completeNew(signIn), 'not_invited')
      assert.equal(await subjectOf(signIn), undefined)
    })
  }

  test('an invitation says who is an administrator', async () => {
    const home = await newHome(db)
    const invitation = await invited(home, 'admin')
    assert.equal(await signIns.completeNew(arrival(home)), undefined)
    assert.equal((await home.itemOf(invitation.userId))?.['role'], 'admin')
    await home.assertRows([invitation.userId])
  })

  test('who comes too late for one comes as a member', async () => {
    const home = await newHome(db)
    const invitation = await invited(home, 'admin')
    assert.equal(await signIns.completeNew(later(arrival(home), invitation.endsAt)), undefined)
    const item = await home.itemOf(invitation.userId)
    assert.equal(item?.['state'], 'active')
    assert.equal(item['role'], 'member')
    assert.equal(item['joinedBy'], 'automatic')
    assert.equal((await invitationOf(home, invitation))?.['state'], 'revoked')
    await home.assertRows([invitation.userId])
  })
})

describe('the sign-in of somebody who was deleted', () => {
  async function deleted(home: TestHome) {
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    const { userId } = (await subjectOf(signIn)) ?? assert.fail()
    const target = home.targetOf(userId)
    assert.equal((await deleteUser(home.store, target, `ada@${home.domain}`)).ok, true)
    return { signIn, userId }
  }

  const again = async (signIn: SignIn, changes: Parameters<typeof newSignIn>[0] = {}) => {
    const next = nextSignIn(signIn, changes)
    return signIns.completeKnown(next, (await subjectOf(signIn)) ?? assert.fail('unknown'))
  }

  const profiles = [
    ['the same', {}],
    ['another name', { profile: { email: '', givenName: 'Augusta' } }],
  ] as const
  for (const [name, changes] of profiles) {
    test(`is refused, though the provider says ${name}, until they are restored`, async () => {
      const home = await newHome(db)
      const { signIn, userId } = await deleted(home)
      const profile = { ...signIn.profile, ...('profile' in changes && { givenName: 'Augusta' }) }
      assert.equal(await again(signIn, { profile }), 'user_deleted')
      assert.equal((await home.itemOf(userId))?.['state'], 'deleted')
      assert.equal((await restoreUser(home.store, home.targetOf(userId))).ok, true)
      assert.equal(await again(signIn, { profile }), undefined)
      const subject = await db.read(db.directory, directoryKeys.subject(signIn.subjectKey))
      assert.equal(subject?.['expiresAt'], undefined)
      assert.equal((await home.itemOf(userId))?.['subjectCount'], 1)
      await home.assertRows([userId])
    })
  }

  test('is that of who was invited with the address since', async () => {
    const home = await newHome(db, { joinPolicy: 'automatic' })
    const { signIn, userId } = await deleted(home)
    const invitation = await invited(home)
    assert.equal(await again(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, invitation.userId)
    assert.notEqual(invitation.userId, userId)
    assert.deepEqual(await home.store.findSubjects(home.orgId, userId), [])
    await home.assertRows([invitation.userId, userId])
  })

  test('is refused while somebody who is known has the address', async () => {
    const home = await newHome(db)
    const { signIn } = await deleted(home)
    assert.equal(await signIns.completeNew(arrival(home)), undefined)
    assert.equal(await again(signIn), 'user_deleted')
  })

  test('is that of somebody new once nobody remembers them', async () => {
    const home = await newHome(db)
    const { signIn, userId } = await deleted(home)
    const subject = (await subjectOf(signIn)) ?? assert.fail()
    const next = later(nextSignIn(signIn), now + RESTORE_SECONDS)
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    const found = await subjectOf(signIn)
    assert.notEqual(found?.userId, userId)
    assert.equal((await home.itemOf(found?.userId as UserId))?.['state'], 'active')
    const item = await db.read(db.directory, directoryKeys.subject(signIn.subjectKey))
    assert.equal(item?.['expiresAt'], undefined)
  })

  test('leaves what restores them aside where their subject is somebody else’s', async () => {
    const home = await newHome(db)
    const { signIn, userId } = await deleted(home)
    const moved = await home.invite({ email: `new@${home.domain}` })
    assert.ok(moved.ok)
    const profile = { email: `new@${home.domain}` }
    assert.equal(await again(signIn, { profile }), undefined)
    assert.equal((await restoreUser(home.store, home.targetOf(userId))).ok, true)
    assert.equal((await home.itemOf(userId))?.['subjectCount'], 0)
    assert.equal((await subjectOf(signIn))?.userId, moved.value.userId)
    await home.assertRows([userId, moved.value.userId])
  })
})

test('an address of an administrator leads nowhere while they are invited', async () => {
  const home = await newHome(db)
  const invitation = await invited(home, 'admin')
  const key = directoryKeys.adminEmail(sha256(`ada@${home.domain}`), home.orgId)
  assert.equal(await db.read(db.directory, key), undefined)
  await home.assertRows([invitation.userId])
})
