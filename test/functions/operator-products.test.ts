import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createTenant } from '#test/flows/create-tenant.ts'
import { landingOf, postResponse } from '#test/flows/hops.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-products/handler.ts')
type Product = { key: string }

describe('operator-products', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let call: ReturnType<typeof operatorCalls>
  let tenant: Awaited<ReturnType<typeof createTenant>>
  before(async () => {
    const { stack } = await environmentOf('operator-products')
    handler = (await importHandler()).handler
    tenant = await createTenant(stack)
    call = operatorCalls(stack)
  })
  const event = eventOf('operator-products')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  const settings = {
    name: 'Remote support',
    landingUrl: 'https://support.example/in',
    allowedPaths: ['/'],
  }
  const keysOf = (body: Record<string, unknown>) =>
    (body['products'] as Product[]).map(({ key }) => key)

  test('takes a product in, replaces it, lists it and takes it out again', async () => {
    const key = `p${randomUUID().slice(0, 8)}`
    const path = `/operator/products/${key}`
    const saved = await call('PUT', path, { body: settings })
    assert.deepEqual([saved.status, saved.body], [200, { key, ...settings }])
    const replaced = await call('PUT', path, { body: { ...settings, access: 'assigned' } })
    assert.equal(replaced.body['access'], 'assigned')
    assert.ok(keysOf((await call('GET', '/operator/products')).body).includes(key))
    assert.equal((await call('DELETE', path)).status, 204)
    assert.ok(!keysOf((await call('GET', '/operator/products')).body).includes(key))
    assert.equal((await call('DELETE', path)).status, 422)
  })

  test('takes no product whose landing page is open to listeners', async () => {
    const body = { ...settings, landingUrl: 'http://support.example/in' }
    const refused = await call('PUT', '/operator/products/support', { body })
    assert.equal(refused.status, 422)
    assert.deepEqual(refused.body['problems'], [{ field: 'landingUrl', cause: 'malformed' }])
  })

  test('issues a credential that redeems, and revokes it', async () => {
    const path = '/operator/products/meetings/credentials'
    const issued = await call('POST', path, { body: { label: 'Blue' } })
    assert.equal(issued.status, 201)
    const { id, credential } = issued.body
    const redeemNew = async () => {
      const landed = landingOf(await postResponse(tenant, tenant.respond()))
      const response = await fetch(`${tenant.stack.url}/tokens/redeem`, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        body: JSON.stringify({ token: landed.token }),
      })
      return response.status
    }
    assert.equal(await redeemNew(), 200)
    const listed = await call('GET', '/operator/credentials?limit=100')
    assert.match(JSON.stringify(listed.body), new RegExp(`${id}.*Blue`))
    assert.doesNotMatch(JSON.stringify(listed.body), /secretHash/)
    assert.equal((await call('DELETE', `/operator/credentials/${id}`)).status, 204)
    assert.equal(await redeemNew(), 401)
    assert.equal((await call('DELETE', `/operator/credentials/${id}`)).status, 404)
    const nothing = await call('POST', '/operator/products/none/credentials', {
      body: { label: 'None' },
    })
    assert.equal(nothing.status, 422)
  })
})
