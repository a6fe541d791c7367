import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newAdmin } from './admin-client.ts'
import { landingOf, redeem } from './hops.ts'
import { issue, issued, open, refusedBy } from './portal.ts'
import { signedFetch } from './signed-fetch.ts'
import { newTenant, type Tenant } from './tenant.ts'

/** All by the API, as administrators and operators do it. */
describe('a portal', () => {
  let tenant: Tenant
  let admin: Awaited<ReturnType<typeof newAdmin>>
  let email: string
  let userId: string
  before(async () => {
    tenant = await newTenant() // whose products they are
    admin = await newAdmin()
    email = `ada@${admin.domain}`
    const made = await admin.call('POST', '/users', { body: { email, userName: 'Ada.L' } })
    assert.equal(made.status, 201)
    userId = String(made.body['id'])
  })

  const newSsoToken = async (body: object = {}) => {
    const made = await admin.call('POST', '/sso-tokens', { body: { label: 'Portal', ...body } })
    assert.equal(made.status, 201, made.text)
    return { id: String(made.body['id']), secret: String(made.body['secret']) }
  }
  const arrive = async (url: string) => landingOf(await open(url)).token

  test('is out at once when its SSO token is removed, with all that it has issued', async () => {
    const { id, secret } = await newSsoToken()
    const [opened, unopened] = [
      await issued(admin, secret, { email }),
      await issued(admin, secret, { email }),
    ]
    const token = await arrive(opened.url)
    assert.equal((await admin.call('DELETE', `/sso-tokens/${id}`)).status, 204)
    const page = await refusedBy(await open(unopened.url))
    assert.equal(page.status, 403)
    assert.equal((await redeem(tenant, unopened.token)).status, 400)
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal((await issue(admin, secret, { email })).status, 403)
    const { body } = await admin.call('GET', `/traces/${page.traceId}`)
    assert.equal(body['cause'], 'sso_token_removed')
  })

  test('brings nobody who is suspended, from that moment on', async () => {
    const { secret } = await newSsoToken()
    const [opened, unopened] = [
      await issued(admin, secret, { email }),
      await issued(admin, secret, { email }),
    ]
    const token = await arrive(opened.url)
    assert.equal((await admin.call('POST', `/users/${userId}/suspend`)).status, 200)
    assert.equal((await open(unopened.url)).status, 403)
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal((await issue(admin, secret, { email })).status, 403)
    assert.equal((await admin.call('POST', `/users/${userId}/reactivate`)).status, 200)
    // What was issued before stays dead: the suspension ended every session.
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal((await open((await issued(admin, secret, { email })).url)).status, 303)
  })

  test('names people by user name, where its SSO token is for those', async () => {
    const { secret } = await newSsoToken({ identifiesBy: 'userName' })
    assert.equal((await issue(admin, secret, { email })).status, 403)
    const { url } = await issued(admin, secret, { user_name: 'ada.l' })
    assert.equal(new URL(url).searchParams.get('user_name'), 'ada.l')
    const redeemed = await redeem(tenant, await arrive(url))
    assert.equal(((await redeemed.json()) as { user: { id: string } }).user.id, userId)
    const { url: another } = await issued(admin, secret, { user_name: 'ada.l' })
    const altered = new URL(another)
    altered.searchParams.set('user_name', 'grace')
    assert.equal((await open(altered)).status, 403)
    const byAddress = new URL(another)
    byAddress.searchParams.delete('user_name')
    byAddress.searchParams.set('email', email)
    assert.equal((await open(byAddress)).status, 403)
  })

  test('sends people to a host of the organization while operators list it', async () => {
    const host = 'meet.customer.example'
    const setHosts = (hosts: readonly object[]) =>
      signedFetch(admin.stack)(`/operator/orgs/${admin.orgId}/product-hosts`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ hosts }),
      })
    const refused = await admin.call('POST', '/sso-tokens', { body: { label: 'Early', host } })
    assert.equal(refused.status, 422)
    assert.equal((await setHosts([{ product: 'meetings', host }])).status, 200)
    const { secret } = await newSsoToken({ host })
    const { url } = await issued(admin, secret, { email })
    const arrived = landingOf(await open(url))
    assert.equal(arrived.page, `https://${host}/landing`)
    const later = await issued(admin, secret, { email })
    assert.equal((await setHosts([])).status, 200)
    assert.equal((await open(later.url)).status, 403)
    assert.equal((await redeem(tenant, arrived.token)).status, 400)
    assert.equal((await issue(admin, secret, { email })).status, 403)
  })

  test('is of one organization: its SSO token names nobody of another', async () => {
    const other = await newAdmin()
    const stranger = `grace@${other.domain}`
    await other.call('POST', '/users', { body: { email: stranger } })
    const { secret } = await newSsoToken()
    assert.equal((await issue(admin, secret, { email: stranger })).status, 403)
  })
})
