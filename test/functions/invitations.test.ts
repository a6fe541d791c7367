import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { InvitationId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { type Answer, newAdmin } from '#test/flows/admin-client.ts'
import { mailsTo, waitForMails } from '#test/flows/mailbox.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/invitations/handler.ts')
type Admin = Awaited<ReturnType<typeof newAdmin>>

const causeOf = ({ body }: Answer) => String(body['type']).replace('urn:latchkey:problem:', '')

describe('invitations', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let admin: Admin
  let db: Tables
  before(async () => {
    await environmentOf('invitations')
    handler = (await importHandler()).handler
    admin = await newAdmin()
    db = await tables()
  })

  async function invited(name: string, own = admin, given: object = {}) {
    const body = { email: `${name}@${own.domain}`, ...given }
    const created = await own.call('POST', '/invitations', { body })
    assert.equal(created.status, 201, created.text)
    const id = String(created.body['id']) as InvitationId
    return { ...created.body, id, email: body.email, path: `/invitations/${id}`, created }
  }

  /** As if it had been sent so many times, long ago. */
  async function wasSent(id: InvitationId, sentCount: number) {
    const key = directoryKeys.invitation(admin.orgId, id)
    const item = { ...(await db.read(db.directory, key)), ...key, sentAt: 1, sentCount }
    await db.put(db.directory, item)
  }

  test('refuse a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, eventOf('invitations'))
    assert.equal(answer.statusCode, 401)
  })

  test('are made, mailed, shown with how to accept, and taken back', async () => {
    const { id, path, email, created } = await invited('ada', admin, { days: 3 })
    const { user, createdAt, endsAt, sentAt, createdBy, ...rest } = created.body
    assert.deepEqual(rest, {
      ...{ id, email, role: 'member', state: 'pending', sentCount: 1 },
      instructions: `Open ${admin.stack.url}/login and sign in with ${email}.`,
    })
    assert.equal((Date.parse(String(endsAt)) - Date.parse(String(createdAt))) / 86_400_000, 3)
    assert.equal(sentAt, createdAt)
    assert.match(String(createdBy), /^apikey:/)
    const [mail] = await waitForMails(email)
    assert.match(mail?.body.text ?? '', new RegExp(`${admin.stack.url}/login`))
    const invitedUser = await admin.call('GET', `/users/${String(user)}`)
    assert.equal(invitedUser.body['state'], 'invited')
    assert.equal(invitedUser.body['invitation'], id)
    assert.deepEqual((await admin.call('GET', path)).body, created.body)
    const listed = await admin.call('GET', '/invitations', { key: admin.keys.reader })
    assert.deepEqual(listed.body, { invitations: [created.body] })
    await invited('second')
    const first = await admin.call('GET', '/invitations?limit=1')
    const rest2 = await admin.call(
      'GET',
      `/invitations?limit=1&cursor=${String(first.body['next'])}`,
    )
    assert.equal(rest2.status, 200, rest2.text)
    assert.equal((await admin.call('DELETE', path)).status, 204)
    assert.equal((await admin.call('GET', path)).body['state'], 'revoked')
    const again = await admin.call('POST', '/users', { body: { email } })
    assert.equal(again.status, 201, again.text)
  })

  test('are mailed again, once a minute and ten times at most', async () => {
    const { id, path, email } = await invited('grace', admin, { role: 'admin' })
    await waitForMails(email)
    assert.equal(causeOf(await admin.call('POST', `${path}/resend`)), 'resent_too_soon')
    await wasSent(id, 9)
    const sent = await admin.call('POST', `${path}/resend`)
    assert.equal(sent.status, 200, sent.text)
    assert.equal(sent.body['sentCount'], 10)
    await waitForMails(email, 2)
    await wasSent(id, 10)
    assert.equal(causeOf(await admin.call('POST', `${path}/resend`)), 'resent_too_often')
    assert.equal((await mailsTo(email)).length, 2)
  })

  test('that are over are neither sent nor taken back', async () => {
    const { id, path } = await invited('over')
    const key = directoryKeys.invitation(admin.orgId, id)
    const item = { ...(await db.read(db.directory, key)), ...key, state: 'accepted' }
    await db.put(db.directory, item)
    assert.equal(causeOf(await admin.call('DELETE', path)), 'invitation_over')
    assert.equal(causeOf(await admin.call('POST', `${path}/resend`)), 'invitation_over')
  })

  test('are refused for addresses that are taken or outside', async () => {
    const { email } = await invited('taken')
    const taken = await admin.call('POST', '/invitations', { body: { email } })
    assert.equal(causeOf(taken), 'email_in_use')
    const body = { email: 'ada@elsewhere.example' }
    const outside = await admin.call('POST', '/invitations', { body })
    assert.equal(causeOf(outside), 'email_outside_domains')
    for (const days of [0, 31, 1.5]) {
      const refused = await admin.call('POST', '/invitations', { body: { email: 'x@y.z', days } })
      assert.equal(refused.status, 422)
    }
  })

  test('are a thousand mails in a day at most', async () => {
    const own = await newAdmin()
    const { path } = await invited('ada', own)
    const now = toSeconds(epochMilliseconds())
    const day = now - (now % 86_400)
    for (const start of [day, day + 86_400]) {
      const pk = `rate#invitations#${own.orgId}#${start}`
      await db.put(db.ephemeral, { pk, calls: 1000, expiresAt: now + 300 })
    }
    const body = { email: `grace@${own.domain}` }
    const refused = await own.call('POST', '/invitations', { body })
    assert.equal(causeOf(refused), 'too_many_invitations')
    assert.equal(refused.status, 429)
    assert.match(refused.headers.get('retry-after') ?? '', /^\d{1,5}$/)
    assert.equal(causeOf(await own.call('POST', `${path}/resend`)), 'too_many_invitations')
    const { invitations } = (await own.call('GET', '/invitations')).body
    assert.equal((invitations as object[]).length, 1)
  })

  test('are made once by calls of one name', async () => {
    const headers = { 'idempotency-key': 'i-1' }
    const body = { email: `once@${admin.domain}` }
    const first = await admin.call('POST', '/invitations', { headers, body })
    const again = await admin.call('POST', '/invitations', { headers, body })
    assert.deepEqual(again.body, first.body)
    const other = { email: `twice@${admin.domain}` }
    const refused = await admin.call('POST', '/invitations', { headers, body: other })
    assert.equal(causeOf(refused), 'key_reused')
  })

  test('of an organization that is gone are not made', async () => {
    const own = await newAdmin()
    await db.remove(db.directory, directoryKeys.organization(own.orgId))
    const body = { email: `ada@${own.domain}` }
    const refused = await own.call('POST', '/invitations', { body })
    assert.equal(causeOf(refused), 'organization_unknown')
  })
})
