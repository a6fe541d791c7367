import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { type InvitationId, newUserId } from '#shared/ids.ts'
import { type Invitation, stateOf } from '#shared/users/invitation.ts'
import { inviteUser } from '#shared/users/invite-user.ts'
import {
  acceptInvitation,
  resendInvitation,
  revokeInvitation,
} from '#shared/users/manage-invitation.ts'
import { act, newHome, type TestHome } from './new-people.ts'
import { now } from './new-sign-in.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let home: TestHome
before(async () => {
  db = await tables()
  home = await newHome(db)
})

const DAY = 24 * 3600

async function invited(own: TestHome, role: 'admin' | 'reader' | 'member' = 'member') {
  const made = await own.invite({}, role)
  return made.ok ? made.value : assert.fail(made.error)
}

const itemOf = ({ orgId, id }: Invitation) =>
  db.read(db.directory, directoryKeys.invitation(orgId, id))
const mailIdOf = (item: Item | undefined) => (item?.['mail'] as { id: string } | undefined)?.id
const typeOf = (item: Item | undefined) => (item?.['evt'] as { type: string } | undefined)?.type
const target = ({ orgId, id }: Invitation, at = now) => ({ orgId, id, act: { actor: 'test', at } })

describe('inviting', () => {
  test('makes who is invited, and asks for the mail with the change', async () => {
    const invitation = await invited(home, 'reader')
    const item = await itemOf(invitation)
    assert.equal(item?.['userId'], invitation.userId)
    assert.equal(item['invitationId'], invitation.id)
    assert.equal(item['email'], invitation.email)
    assert.equal((item['mail'] as Item)['kind'], 'invitation')
    assert.equal(typeOf(item), 'latchkey.invitation.created.v1')
    assert.equal(item['endsAt'], now + 14 * DAY)
    const { user } = await home.find(invitation.userId)
    assert.equal(user.state, 'invited')
    assert.equal(user.role, 'reader')
    assert.equal(user.invitationId, invitation.id)
  })

  test('of one address by fifty at once invites one', async () => {
    const own = await newHome(db)
    const email = `ada@${own.domain}`
    const results = await Promise.all(Array.from({ length: 50 }, () => own.invite({ email })))
    assert.equal(results.filter(({ ok }) => ok).length, 1)
    for (const one of results) assert.ok(one.ok || one.error === 'email_in_use')
    assert.equal((await own.partition(`invitations#${own.orgId}`)).length, 1)
    const [marker, ...others] = await own.partition(`org#${own.orgId}#email`)
    assert.deepEqual(others, [])
    await own.assertRows([marker?.['userId'] as `usr_${string}`])
  })

  test('finds what the same call has made, and refuses another by its name', async () => {
    const id = `inv_${'0'.repeat(31)}1` as InvitationId
    const call = (callHash: string) =>
      inviteUser(home.invitations, {
        ...{ orgId: home.orgId, id, userId: newUserId(), role: 'member', act, callHash },
        profile: { email: `twice@${home.domain}` },
        lifetimeSeconds: DAY,
      })
    const first = await call('a')
    assert.ok(first.ok)
    assert.deepEqual(await call('a'), first)
    assert.deepEqual(await call('b'), { ok: false, error: 'key_reused' })
  })

  test('refuses a member from outside, and an address that is taken', async () => {
    const outside = await home.invite({ email: 'ada@elsewhere.example' })
    assert.deepEqual(outside, { ok: false, error: 'email_outside_domains' })
    const { user } = await home.user()
    const taken = await home.invite({ email: user.email })
    assert.deepEqual(taken, { ok: false, error: 'email_in_use' })
  })
})

describe('sending again', () => {
  test('is a mail of its own, and the invitation is good as long as at first', async () => {
    const invitation = await invited(home)
    const before = await itemOf(invitation)
    const sent = await resendInvitation(home.invitations, target(invitation, now + 60))
    assert.ok(sent.ok)
    const item = await itemOf(invitation)
    assert.notEqual(mailIdOf(item), mailIdOf(before))
    assert.equal(item?.['endsAt'], now + 60 + 14 * DAY)
    assert.equal(item['sentCount'], 2)
    assert.equal(typeOf(item), 'latchkey.invitation.resent.v1')
    assert.equal((await home.find(invitation.userId)).user.state, 'invited')
  })

  test('brings back one that has expired', async () => {
    const invitation = await invited(home)
    const at = invitation.endsAt + DAY
    assert.equal(stateOf(invitation, at), 'expired')
    const sent = await resendInvitation(home.invitations, target(invitation, at))
    assert.ok(sent.ok)
    assert.equal(stateOf(sent.value, at), 'pending')
  })

  test('is refused in the same minute, and after ten mails', async () => {
    const invitation = await invited(home)
    const soon = await resendInvitation(home.invitations, target(invitation, now + 59))
    assert.deepEqual(soon, { ok: false, error: 'resent_too_soon' })
    for (let i = 1; i < 10; i++) {
      const sent = await resendInvitation(home.invitations, target(invitation, now + 60 * i))
      assert.equal(sent.ok, true)
    }
    const often = await resendInvitation(home.invitations, target(invitation, now + DAY))
    assert.deepEqual(often, { ok: false, error: 'resent_too_often' })
  })

  test('by many at once is one mail', async () => {
    const invitation = await invited(home)
    const results = await Promise.all(
      Array.from({ length: 6 }, () =>
        resendInvitation(home.invitations, target(invitation, now + 60)),
      ),
    )
    assert.equal(results.filter(({ ok }) => ok).length, 1)
    assert.equal((await itemOf(invitation))?.['sentCount'], 2)
  })
})

describe('taking back', () => {
  test('frees the address at once, and leaves nobody to restore', async () => {
    const own = await newHome(db)
    const invitation = await invited(own)
    assert.equal((await revokeInvitation(own.invitations, target(invitation))).ok, true)
    const item = await itemOf(invitation)
    assert.equal(item?.['state'], 'revoked')
    assert.equal(typeOf(item), 'latchkey.invitation.revoked.v1')
    assert.equal(item?.['expiresAt'], now + 30 * DAY)
    const { user } = await own.find(invitation.userId)
    assert.equal(user.state, 'deleted')
    assert.equal(user.deletion?.from, undefined)
    await own.assertRows([invitation.userId])
    assert.equal((await own.invite({ email: invitation.email })).ok, true)
  })

  test('twice is as good as once; what was accepted stays', async () => {
    const invitation = await invited(home, 'admin')
    assert.equal((await acceptInvitation(home.invitations, target(invitation))).ok, true)
    const late = await revokeInvitation(home.invitations, target(invitation))
    assert.deepEqual(late, { ok: false, error: 'invitation_over' })
    const other = await invited(home)
    for (const _ of [1, 2]) {
      assert.equal((await revokeInvitation(home.invitations, target(other))).ok, true)
    }
    const sent = await resendInvitation(home.invitations, target(other, now + 60))
    assert.deepEqual(sent, { ok: false, error: 'invitation_over' })
  })

  test('is not known to another organization', async () => {
    const invitation = await invited(home)
    const other = await newHome(db)
    const revoked = await revokeInvitation(other.invitations, {
      ...target(invitation),
      orgId: other.orgId,
    })
    assert.deepEqual(revoked, { ok: false, error: 'invitation_unknown' })
  })
})

describe('accepting by the mailed link', () => {
  test('makes an administrator active, once', async () => {
    const own = await newHome(db)
    const invitation = await invited(own, 'admin')
    const results = await Promise.all(
      [1, 2, 3].map(() => acceptInvitation(own.invitations, target(invitation))),
    )
    for (const one of results) assert.equal(one.ok, true)
    const { user, revision } = await own.find(invitation.userId)
    assert.equal(user.state, 'active')
    assert.equal(user.invitationId, undefined)
    assert.equal(revision, 2)
    assert.equal(typeOf(await itemOf(invitation)), 'latchkey.invitation.accepted.v1')
    await own.assertRows([invitation.userId])
  })

  test('is not for members, nor for what is over', async () => {
    const member = await invited(home)
    const refused = await acceptInvitation(home.invitations, target(member))
    assert.deepEqual(refused, { ok: false, error: 'invitation_role' })
    const reader = await invited(home, 'reader')
    const late = await acceptInvitation(home.invitations, target(reader, reader.endsAt))
    assert.deepEqual(late, { ok: false, error: 'invitation_over' })
    assert.equal((await revokeInvitation(home.invitations, target(reader))).ok, true)
    const revoked = await acceptInvitation(home.invitations, target(reader))
    assert.deepEqual(revoked, { ok: false, error: 'invitation_over' })
  })
})

test('lists have all invitations, page by page', async () => {
  const own = await newHome(db)
  const all = await Promise.all(Array.from({ length: 5 }, () => invited(own)))
  const found: string[] = []
  let after: string | undefined
  do {
    const page = await own.invitations.list(own.orgId, { after, limit: 2 })
    found.push(...page.invitations.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  assert.deepEqual(new Set(found), new Set(all.map(({ id }) => id)))
  assert.equal(found.length, 5)
})
