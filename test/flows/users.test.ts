import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newApiKey, read } from './admin-client.ts'
import { findTrace } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Identity = { user: { id: string; email: string } }

/** An organization with a provider, and its admin. */
async function newCompany(joinPolicy?: 'invitation') {
  const tenant = await newTenant()
  const { orgId, domain, stack } = tenant
  const key = await newApiKey(orgId, 'admin')

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(`${stack.url}/orgs/${orgId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'PATCH' && { 'if-match': '*' }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = await read(response)
    assert.ok(answer.status < 300, answer.text)
    return answer.body
  }

  if (joinPolicy) await call('PATCH', '', { joinPolicy })
  const signIn = (nameId: string, email = `ada@${domain}`) =>
    postResponse(tenant, tenant.respond({ nameId, email }))

  const tokenOf = async (nameId: string, email?: string) =>
    landingOf(await signIn(nameId, email)).token

  /** Who the product learns that somebody is. */
  async function identityOf(nameId: string, email?: string) {
    const token = await tokenOf(nameId, email)
    const redeemed = await redeem(tenant, token)
    assert.equal(redeemed.status, 200, await redeemed.clone().text())
    return ((await redeemed.json()) as Identity).user
  }

  return { tenant, domain, call, signIn, tokenOf, identityOf, causeOf: causeIn(tenant) }
}

/** Why an answer is a refusal, which only the trace tells. */
const causeIn =
  ({ orgId }: Tenant) =>
  async (answer: Response) => {
    assert.equal(answer.status, 403)
    const page = await answer.text()
    const [, id = ''] = /<code id="trace-id">(trc_[0-9a-f]{32})<\/code>/.exec(page) ?? []
    assert.doesNotMatch(page, /invit|delet|suspend/i)
    return (await findTrace(orgId, id))?.cause
  }

const idOf = (body: Record<string, unknown>, name = 'id') => String(body[name])

describe('who was invited', () => {
  test('signs in as that user, where nobody joins without', async () => {
    const { domain, call, signIn, identityOf, causeOf } = await newCompany('invitation')
    assert.equal(await causeOf(await signIn('ada-1')), 'not_invited')
    const invitation = await call('POST', '/invitations', { email: `Ada@${domain}` })
    const user = await identityOf('ada-1')
    assert.equal(user.id, idOf(invitation, 'user'))
    const shown = await call('GET', `/users/${user.id}`)
    assert.equal(shown['state'], 'active')
    assert.equal(shown['joinedBy'], 'invitation')
    const accepted = await call('GET', `/invitations/${idOf(invitation)}`)
    assert.equal(accepted['state'], 'accepted')
    assert.equal((await identityOf('ada-1')).id, user.id)
    assert.equal(await causeOf(await signIn('eve-1', `eve@${domain}`)), 'not_invited')
  })

  test('signs in as that user, where everybody joins', async () => {
    const { domain, call, identityOf, tenant } = await newCompany()
    const email = `ada@${domain}`
    const invitation = await call('POST', '/invitations', { email, role: 'reader' })
    const user = await identityOf('ada-1')
    assert.equal(user.id, idOf(invitation, 'user'))
    assert.equal((await call('GET', `/users/${user.id}`))['role'], 'reader')
    const told = await tenant.running.events.waitFor(({ subject }) => subject === user.id, 6)
    assert.deepEqual(
      new Set(told.map(({ type }) => type)),
      new Set([
        'latchkey.user.created.v1',
        'latchkey.invitation.created.v1',
        'latchkey.invitation.accepted.v1',
        'latchkey.user.updated.v1',
        'latchkey.user.subject-linked.v1',
        'latchkey.sign-in.succeeded.v1',
      ]),
    )
    const linked = told.find(({ type }) => type === 'latchkey.user.subject-linked.v1')
    assert.equal(linked?.data['idpId'], tenant.idp.id)
  })

  test('stays out once the invitation is revoked', async () => {
    const { domain, call, signIn, causeOf } = await newCompany('invitation')
    const invitation = await call('POST', '/invitations', { email: `ada@${domain}` })
    await call('DELETE', `/invitations/${idOf(invitation)}`)
    assert.equal(await causeOf(await signIn('ada-1')), 'not_invited')
  })
})

describe('a user', () => {
  test('is refused at once at sign-in and redeem, suspended, and let in again', async () => {
    const { tenant, call, signIn, tokenOf, identityOf, causeOf } = await newCompany()
    const user = await identityOf('ada-1')
    const [token, other] = [await tokenOf('ada-1'), await tokenOf('ada-1')]
    await call('POST', `/users/${user.id}/suspend`)
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal(await causeOf(await signIn('ada-1')), 'user_suspended')
    await call('POST', `/users/${user.id}/reactivate`)
    assert.equal((await identityOf('ada-1')).id, user.id)
    assert.equal((await redeem(tenant, other)).status, 400)
  })

  test('is refused at once at sign-in and redeem, deleted, until restored', async () => {
    const { tenant, call, signIn, tokenOf, identityOf, causeOf } = await newCompany()
    const user = await identityOf('ada-1')
    const [token, other] = [await tokenOf('ada-1'), await tokenOf('ada-1')]
    await call('DELETE', `/users/${user.id}?confirm=${user.email}`)
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal(await causeOf(await signIn('ada-1')), 'user_deleted')
    assert.equal(await causeOf(await signIn('ada-1', `new@${tenant.domain}`)), 'user_deleted')
    await call('POST', `/users/${user.id}/restore`)
    assert.equal((await identityOf('ada-1')).id, user.id)
    assert.equal((await redeem(tenant, other)).status, 400)
  })

  test('who is signed out everywhere redeems no token of before', async () => {
    const { tenant, call, tokenOf, identityOf } = await newCompany()
    const user = await identityOf('ada-1')
    const token = await tokenOf('ada-1')
    await call('POST', `/users/${user.id}/sign-out`)
    assert.equal((await identityOf('ada-1')).id, user.id)
    assert.equal((await redeem(tenant, token)).status, 400)
    const isEnd = ({ subject, type }: { subject: string; type: string }) =>
      subject === user.id && type === 'latchkey.session.ended.v1'
    const [ended] = await tenant.running.events.waitFor(isEnd, 1)
    assert.equal(ended?.data['endedBy'], 'administrator')
    assert.equal(ended?.data['idpId'], undefined)
  })

  test('keeps who they are under another address, which is theirs at once', async () => {
    const { domain, call, identityOf } = await newCompany()
    const user = await identityOf('ada-1')
    const email = `augusta@${domain}`
    await call('PATCH', `/users/${user.id}`, { email })
    const now = await identityOf('ada-1')
    assert.deepEqual([now.id, now.email], [user.id, email])
    const found = (await call('GET', `/users?email=${email}`)) as { users: { id: string }[] }
    assert.deepEqual(
      found.users.map(({ id }) => id),
      [user.id],
    )
    const namesake = await identityOf('ada-2')
    assert.notEqual(namesake.id, user.id)
  })

  test('of two names is one after a merge, also in the end', async () => {
    const { domain, call, identityOf } = await newCompany()
    const into = await identityOf('ada-1')
    const from = await identityOf('ada-2', `countess@${domain}`)
    await call('POST', `/users/${into.id}/merge`, { from: from.id })
    assert.equal((await identityOf('ada-1')).id, into.id)
    const same = await identityOf('ada-2', `countess@${domain}`)
    assert.deepEqual([same.id, same.email], [into.id, into.email])
  })

  test('comes by a name that an admin links, and no more once it is unlinked', async () => {
    const { tenant, domain, call, signIn, identityOf, causeOf } = await newCompany()
    const user = await identityOf('ada-1')
    const path = `/users/${user.id}/subjects`
    const body = { identityProvider: tenant.idp.id, nameId: 'ada-2' }
    const linked = (await call('POST', path, body)) as {
      subjects: { id: string; nameId: string }[]
    }
    assert.equal((await identityOf('ada-2')).id, user.id)
    const second = linked.subjects.find(({ nameId }) => nameId === 'ada-2')
    await call('DELETE', `${path}/${second?.id}`)
    assert.equal(await causeOf(await signIn('ada-2')), 'email_in_use')
    const other = await identityOf('ada-2', `else@${domain}`)
    assert.notEqual(other.id, user.id)
  })

  test('whom an admin has made is who signs in with the address first', async () => {
    const { domain, call, signIn, identityOf, causeOf } = await newCompany('invitation')
    const made = await call('POST', '/users', { email: `ada@${domain}`, displayName: 'A.' })
    const user = await identityOf('ada-1')
    assert.equal(user.id, idOf(made))
    assert.equal(await causeOf(await signIn('ada-2')), 'email_in_use')
  })
})
