import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newApiKey, read } from './admin-client.ts'
import { everythingBut } from './directory.ts'
import { postResponse, requestIn } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Test = { id: string; url: string; expiresAt: string }
type Shown = {
  state: string
  hint?: string
  result?: { cause?: string; profile?: { email: string }; claims?: { name: string }[] }
}

describe('a test sign-in', () => {
  let tenant: Tenant
  let key: string
  before(async () => {
    tenant = await newTenant({ state: 'inactive', kind: 'okta' })
    key = await newApiKey(tenant.orgId, 'setup')
  })

  const call = async (method: string, path = '', by = key) =>
    read(
      await fetch(`${tenant.stack.url}/orgs/${tenant.orgId}/idps/${tenant.idp.id}/tests${path}`, {
        method,
        headers: { authorization: `Bearer ${by}` },
      }),
    )
  const create = async () => (await call('POST')).body as unknown as Test
  const show = async ({ id }: Test) => (await call('GET', `/${id}`)).body as unknown as Shown
  const open = async ({ url }: Test) => requestIn(await fetch(url, { redirect: 'manual' }))

  test('shows what a provider sends before it is active, and signs nobody in', async () => {
    const made = await create()
    assert.deepEqual((await show(made)).state, 'waiting')
    const stored = await everythingBut('trace#', 'test#', 'login#')
    const { id: inResponseTo, relayState } = await open(made)
    const page = await postResponse(tenant, tenant.respond({ inResponseTo }), relayState)
    assert.equal(page.status, 200)
    const html = await page.text()
    assert.match(html, /The test sign-in works/)
    assert.match(html, new RegExp(`ada@${tenant.domain}`))
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.equal(await everythingBut('trace#', 'test#', 'login#'), stored)
    const { state, result } = await show(made)
    assert.equal(state, 'succeeded')
    assert.equal(result?.profile?.email, `ada@${tenant.domain}`)
    assert.ok(result?.claims?.some(({ name }) => name === 'mail'))
  })

  test("arrives at the organization's own address where the provider has that", async () => {
    const own = await newTenant({ state: 'inactive', identifiers: 'organization' })
    const path = `/orgs/${own.orgId}/idps/${own.idp.id}/tests`
    const authorization = `Bearer ${await newApiKey(own.orgId, 'setup')}`
    const made = await fetch(own.stack.url + path, { method: 'POST', headers: { authorization } })
    const { id: inResponseTo, relayState } = await open((await made.json()) as Test)
    const page = await postResponse(own, own.respond({ inResponseTo }), relayState)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /The test sign-in works/)
  })

  test('says why a sign-in would be refused, and what to change at the provider', async () => {
    const made = await create()
    const { id: inResponseTo, relayState } = await open(made)
    const edit = (xml: string) => xml.replace(/(<saml:Audience>)[^<]*/, '$1https://other.example')
    const page = await postResponse(tenant, tenant.respond({ inResponseTo, edit }), relayState)
    assert.equal(page.status, 403)
    assert.match(await page.text(), /audience/)
    const { state, result, hint } = await show(made)
    assert.equal(state, 'refused')
    assert.equal(result?.cause, 'audience')
    assert.match(hint ?? '', /Audience URI/)
  })

  test('is answered once, and started no more then', async () => {
    const made = await create()
    const { id: inResponseTo, relayState } = await open(made)
    const response = tenant.respond({ inResponseTo })
    assert.equal((await postResponse(tenant, response, relayState)).status, 200)
    assert.equal((await postResponse(tenant, response, relayState)).status, 403)
    assert.equal((await fetch(made.url, { redirect: 'manual' })).status, 403)
  })

  test('lets nobody in by another way than its address', async () => {
    const login = `${tenant.stack.url}/saml/idps/${tenant.idp.id}/login`
    for (const query of ['', `?test=tst_${'0'.repeat(32)}`, '?test=1']) {
      const answer = await fetch(`${login}${query}`, { redirect: 'manual' })
      assert.equal(answer.ok, false)
      assert.equal(answer.headers.get('location'), null)
    }
    assert.equal((await postResponse(tenant, tenant.respond())).status, 403)
  })

  test('of one provider starts no other', async () => {
    const other = await newTenant({ state: 'inactive' })
    const { id } = await create()
    const login = `${tenant.stack.url}/saml/idps/${other.idp.id}/login?test=${id}`
    assert.equal((await fetch(login, { redirect: 'manual' })).status, 403)
  })

  test('also tries an active provider out, without a session', async () => {
    const active = await newTenant()
    const by = await newApiKey(active.orgId, 'admin')
    const url = `${active.stack.url}/orgs/${active.orgId}/idps/${active.idp.id}/tests`
    const made = await read(
      await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${by}` } }),
    )
    const { id: inResponseTo } = await open(made.body as unknown as Test)
    const page = await postResponse(active, active.respond({ inResponseTo }))
    assert.equal(page.status, 200)
    assert.match(await page.text(), /relay_state_changed/)
  })

  test('is for admins and who sets the provider up, of this organization', async () => {
    const made = await create()
    const reader = await newApiKey(tenant.orgId, 'reader')
    assert.equal((await call('POST', '', reader)).status, 403)
    assert.equal((await call('GET', `/${made.id}`, reader)).status, 200)
    const other = await newTenant()
    const foreign = await newApiKey(other.orgId, 'admin')
    assert.equal((await call('GET', `/${made.id}`, foreign)).status, 404)
    const path = `${tenant.stack.url}/orgs/${other.orgId}/idps/${other.idp.id}/tests/${made.id}`
    const answer = await fetch(path, { headers: { authorization: `Bearer ${foreign}` } })
    assert.equal(answer.status, 404)
  })
})
