import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { newIdpId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { newTenant, type Tenant } from './tenant.ts'

const ask = ({ stack }: Tenant, email: string, fields: Record<string, string> = {}) =>
  fetch(`${stack.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, ...fields }),
  })

const follow = (response: Response) =>
  fetch(response.headers.get('location') ?? '', { redirect: 'manual' })

const addProvider = ({ configuration, idp }: Tenant, changes: Partial<IdentityProvider>) => {
  const id = newIdpId()
  const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
  const entityId = `https://${id}.example`
  return configuration.createIdentityProvider({ ...idp, id, entityId, ...changes }, act)
}

describe('who does not know their provider', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('is asked for an address, and the page keeps what they want', async () => {
    const page = await fetch(
      `${tenant.stack.url}/login?product=training&target=%2Fcourses%3Fa%3D%22`,
    )
    assert.equal(page.status, 200)
    const html = await page.text()
    assert.match(html, /<label for="email">/)
    assert.match(html, /name="product" value="training"/)
    assert.match(html, /name="target" value="\/courses\?a=&quot;"/)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  })

  test('is asked with nothing kept of what no page of ours asks for', async () => {
    for (const query of ['product=Training', 'target=/a&target=/b']) {
      const page = await fetch(`${tenant.stack.url}/login?${query}`)
      assert.equal(page.status, 400)
      assert.doesNotMatch(await page.text(), /name="(?:product|target)"/)
    }
  })

  test('is sent to the provider of their domain, to the product that they want', async () => {
    const wanted = { product: 'training', target: '/courses/7' }
    const start = await ask(tenant, `Ada@${tenant.domain.toUpperCase()}`, wanted)
    assert.equal(start.status, 303)
    const login = await follow(start)
    assert.equal(login.status, 303)
    const url = new URL(login.headers.get('location') ?? '')
    assert.equal(url.pathname, `/saml/idps/${tenant.idp.id}/login`)
    assert.equal(url.search, '?product=training&target=%2Fcourses%2F7')
    const request = await follow(login)
    assert.ok(request.headers.get('location')?.startsWith(tenant.idp.singleSignOn.url))
  })

  test("is sent there by a product's own page, too", async () => {
    const question = (email: string) =>
      fetch(`${tenant.stack.url}/login/discover`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, product: 'training' }),
      })
    const answer = await question(`ada@${tenant.domain}`)
    assert.equal(answer.status, 200)
    const { url } = (await answer.json()) as { url: string }
    const login = await fetch(url, { redirect: 'manual' })
    const { pathname, search } = new URL(login.headers.get('location') ?? '')
    assert.equal(pathname, `/saml/idps/${tenant.idp.id}/login`)
    assert.equal(search, '?product=training')
    const refused = await question('ada')
    assert.equal(refused.status, 400)
    assert.match(await refused.text(), /urn:latchkey:problem:email_malformed/)
  })

  test('gets an answer of the same form whatever address it is', async () => {
    const shapes = []
    for (const domain of [tenant.domain, 'nobody.example', 'gmail.com']) {
      const answer = await ask(tenant, `ada@${domain}`)
      const location = answer.headers.get('location')?.replace(domain, 'domain')
      const names = [...answer.headers.keys()].filter((name) => name !== 'date')
      shapes.push(JSON.stringify([answer.status, location, names, await answer.text()]))
    }
    assert.equal(new Set(shapes).size, 1)
  })

  test('costs as many reads for a domain of nobody as for any other', async () => {
    const { stack } = tenant
    const count = async (domain: string) => {
      stack.clearCalls()
      await fetch(`${stack.url}/login/start?domain=${domain}`, { redirect: 'manual' })
      return stack.calls
        .filter(({ functionName }) => functionName === 'login-discover')
        .map(({ operation }) => operation)
    }
    assert.deepEqual(await count('nobody.example'), await count(tenant.domain))
  })

  test('learns that nobody signs in with that address here, and no more', async () => {
    const page = await follow(await ask(tenant, 'ada@nobody.example'))
    assert.equal(page.status, 404)
    const inactive = await newTenant({ state: 'inactive' })
    const other = await follow(await ask(tenant, `ada@${inactive.domain}`))
    assert.equal(other.status, 404)
    assert.equal(await other.text(), await page.text())
  })

  test('is asked again for what is no address', async () => {
    const page = await ask(tenant, 'ada', { product: 'training' })
    assert.equal(page.status, 400)
    const html = await page.text()
    assert.match(html, /role="alert"/)
    assert.match(html, /name="product" value="training"/)
  })

  test('chooses where the organization has several providers', async () => {
    const two = await newTenant({ name: 'Head office' })
    await addProvider(two, { name: 'Labs <R&D>' })
    await addProvider(two, { name: 'Old one', state: 'inactive' })
    const page = await follow(await ask(two, `ada@${two.domain}`))
    assert.equal(page.status, 200)
    const html = await page.text()
    assert.match(html, />Head office</)
    assert.match(html, />Labs &lt;R&amp;D&gt;</)
    assert.doesNotMatch(html, /Old one/)
  })

  test('is sent to the provider that their domain is routed to', async () => {
    const two = await newTenant()
    const id = newIdpId()
    await addProvider(two, { id, routedDomains: [two.domain] })
    const login = await follow(await ask(two, `ada@${two.domain}`))
    assert.match(login.headers.get('location') ?? '', new RegExp(`/saml/idps/${id}/login`))
  })
})
