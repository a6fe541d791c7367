import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { cookieNames } from '#shared/http/session-cookies.ts'
import { newCredentialId, newIdpId, type UserId } from '#shared/ids.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import { type Browser, newBrowser } from './admin-browser.ts'
import { newApiKey } from './admin-client.ts'
import { setRedeemableUntil } from './directory.ts'
import { landingOf, postResponse, redeem, requestIn, startLogin } from './hops.ts'
import { bring, logoutRequestXml } from './logout-hops.ts'
import { changeUser } from './new-administrator.ts'
import { newTenant, type Tenant } from './tenant.ts'

/** Somebody who has signed in to a product once, and has a role since. */
async function newPerson(tenant: Tenant, role = 'admin') {
  const landed = landingOf(await postResponse(tenant, tenant.respond()))
  const redeemed = await redeem(tenant, landed.token)
  const { user } = (await redeemed.json()) as { user: { id: UserId } }
  await changeUser(tenant.orgId, user.id, { role })
  return user.id
}

/** Follows a redirect of ours to the provider, and reads the request. */
async function requestOf(browser: Browser, start: Response) {
  assert.equal(start.status, 303, await start.clone().text())
  const login = await browser.send(String(start.headers.get('location')))
  return requestIn(login)
}

/** Where the provider's response brings the browser: an address with the login token. */
async function landed(tenant: Tenant, request: Awaited<ReturnType<typeof requestIn>>) {
  const response = tenant.respond({ inResponseTo: request.id })
  const answer = await postResponse(tenant, response, request.relayState)
  assert.equal(answer.status, 303, await answer.clone().text())
  return String(answer.headers.get('location'))
}

async function signIn(tenant: Tenant, browser: Browser) {
  const start = await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
  const address = await landed(tenant, await requestOf(browser, start))
  return { address, page: await browser.send(address) }
}

describe('an administrator by single sign-on', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('signs in at the provider of the organization', async () => {
    const userId = await newPerson(tenant)
    const browser = await newBrowser()
    const { address, page } = await signIn(tenant, browser)
    assert.ok(address.startsWith(`${tenant.stack.url}/admin/sign-in/return?token=`))
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.match(await page.text(), /<meta http-equiv="refresh" content="0;url=\/center">/)
    const { body } = await browser.session()
    assert.equal((body['user'] as { id: string }).id, userId)
    assert.equal((await browser.send(`/orgs/${tenant.orgId}/idps`)).status, 200)
    assert.equal(browser.cookies.has(cookieNames.signIn), false)
    assert.equal((await browser.send('/center')).status, 200)
  })

  test('signs in by the domain of an address', async () => {
    await newPerson(tenant)
    const browser = await newBrowser()
    const start = await browser.send('/admin/sign-in/sso')
    const login = new URL(String(start.headers.get('location')))
    assert.equal(`${login.origin}${login.pathname}`, `${tenant.stack.url}/login`)
    const asked = await (await browser.send(login.href)).text()
    const hidden = Object.fromEntries(
      [...asked.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name ?? '',
        value ?? '',
      ]),
    )
    const form = { ...hidden, email: `ada@${tenant.domain}` }
    const found = await browser.send('/login', { form })
    const request = await requestOf(
      browser,
      await browser.send(String(found.headers.get('location'))),
    )
    assert.equal((await browser.send(await landed(tenant, request))).status, 200)
    assert.equal((await browser.session()).status, 200)
  })

  test('uses a login token up: it is good once', async () => {
    await newPerson(tenant)
    const browser = await newBrowser()
    const start = await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const nonce = String(browser.cookies.get(cookieNames.signIn))
    const address = await landed(tenant, await requestOf(browser, start))
    const again = await newBrowser()
    const send = (one: Browser) => {
      one.cookies.set(cookieNames.signIn, nonce)
      return one.send(address)
    }
    const answers = await Promise.all([send(browser), send(again)])
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 403],
    )
    assert.equal((await send(await newBrowser())).status, 403)
  })

  test('chooses where there are several providers', async () => {
    const own = await newTenant()
    const act = { actor: 'test', at: 1 }
    const second = { ...own.idp, id: newIdpId(), entityId: `${own.idp.entityId}/2`, name: 'Second' }
    await own.configuration.createIdentityProvider(second, act)
    const browser = await newBrowser()
    const page = await browser.send(`/admin/sign-in/sso?organization=${own.orgId}`)
    const text = await page.text()
    assert.equal(page.status, 200)
    for (const { id } of [own.idp, second]) {
      assert.ok(text.includes(`/saml/idps/${id}/login?product=organization-center&amp;target=%2F`))
    }
    assert.ok(browser.cookies.has(cookieNames.signIn))
  })

  const strangers = [
    ['an organization that is none', 'org_ffffffffffffffffffffffffffffffff'],
    ['what can be no organization', 'acme'],
  ] as const
  for (const [name, organization] of strangers) {
    test(`finds no provider of ${name}, like of one that has none active`, async () => {
      const inactive = await newTenant({ state: 'inactive' })
      const pages = []
      for (const one of [organization, inactive.orgId]) {
        const browser = await newBrowser()
        const page = await browser.send(`/admin/sign-in/sso?organization=${one}`)
        pages.push([page.status, await page.text(), browser.cookies.size])
      }
      assert.equal(pages[0]?.[0], 404)
      assert.deepEqual(pages[0], pages[1])
    })
  }

  test('is nobody here as a member, and has no session', async () => {
    const own = await newTenant()
    await newPerson(own, 'member')
    const browser = await newBrowser()
    const { page } = await signIn(own, browser)
    assert.equal(page.status, 403)
    assert.match(await page.text(), /You are no administrator/)
    assert.equal((await browser.session()).status, 401)
  })

  test('loses the session with the logout of the provider', async () => {
    const url = 'https://idp.example/slo'
    const own = await newTenant({ singleLogout: { binding: 'redirect', url } })
    await newPerson(own)
    const [one, other] = [await newBrowser(), await newBrowser()]
    await signIn(own, one)
    assert.equal((await one.session()).status, 200)
    const nameId = `ada@${own.domain}`
    await bring(own, 'redirect', ['SAMLRequest', logoutRequestXml(own, { nameId })])
    assert.equal((await one.session()).status, 401)
    assert.equal((await one.call('POST', '/admin/session/refresh')).status, 401)
    await signIn(own, other)
    assert.equal((await other.session()).status, 200)
  })

  test('has no session where they are signed out everywhere meanwhile', async () => {
    const own = await newTenant()
    const userId = await newPerson(own)
    const browser = await newBrowser()
    const start = await browser.send(`/admin/sign-in/sso?organization=${own.orgId}`)
    const address = await landed(own, await requestOf(browser, start))
    const answer = await fetch(`${own.stack.url}/orgs/${own.orgId}/users/${userId}/sign-out`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await newApiKey(own.orgId, 'admin')}` },
    })
    assert.equal(answer.status, 200)
    assert.equal((await browser.send(address)).status, 403)
    assert.equal((await browser.session()).status, 401)
    await signIn(own, browser)
    assert.equal((await browser.session()).status, 200)
  })

  test('has no session where the account is suspended meanwhile', async () => {
    const own = await newTenant()
    const userId = await newPerson(own)
    const browser = await newBrowser()
    const start = await browser.send(`/admin/sign-in/sso?organization=${own.orgId}`)
    const address = await landed(own, await requestOf(browser, start))
    await changeUser(own.orgId, userId, { state: 'suspended' })
    assert.equal((await browser.send(address)).status, 403)
    assert.equal((await browser.session()).status, 401)
  })
})

describe('a sign-in to the administration does not come to anything', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
    await newPerson(tenant)
  })

  const refused = async (browser: Browser, address: string) => {
    const page = await browser.send(address)
    assert.equal(page.status, 403)
    assert.match(await page.text(), /has to start here, in this browser/)
    assert.deepEqual(page.headers.getSetCookie(), [])
    assert.equal((await browser.session()).status, 401)
  }

  test('in a browser that did not start it (login CSRF)', async () => {
    const attacker = await newBrowser()
    const start = await attacker.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const address = await landed(tenant, await requestOf(attacker, start))
    const victim = await newBrowser()
    await refused(victim, address)
    await victim.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const own = new URL(address)
    await refused(victim, own.href)
    assert.equal((await attacker.send(address)).status, 200)
  })

  test('where the target in the address is exchanged', async () => {
    const attacker = await newBrowser()
    const start = await attacker.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const address = new URL(await landed(tenant, await requestOf(attacker, start)))
    const victim = await newBrowser()
    const theirs = await victim.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const target = new URL(String(theirs.headers.get('location'))).searchParams.get('target')
    address.searchParams.set('target', String(target))
    await refused(victim, address.href)
  })

  test('where the provider starts it', async () => {
    const answer = await postResponse(tenant, tenant.respond(), 'organization-center')
    const address = String(answer.headers.get('location'))
    assert.ok(address.startsWith(`${tenant.stack.url}/admin/sign-in/return?token=`))
    const browser = await newBrowser()
    await refused(browser, address)
    await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    await refused(browser, address)
  })

  test('where somebody else starts it without a nonce, or with an empty one', async () => {
    for (const target of ['', '&target=%2F']) {
      const query = `?product=organization-center${target}`
      const request = await requestIn(await startLogin(tenant, query))
      const browser = await newBrowser()
      browser.cookies.set(cookieNames.signIn, '')
      const address = await landed(tenant, request)
      await refused(browser, address)
    }
  })

  test('at an address that is not ours: it goes to the default product instead', async () => {
    const query = '?product=organization-center&target=https%3A%2F%2Fevil.example'
    const address = await landed(tenant, await requestIn(await startLogin(tenant, query)))
    assert.equal(new URL(address).origin, 'https://meetings.example')
  })

  test('with the token of a product', async () => {
    const { token } = landingOf(await postResponse(tenant, tenant.respond()))
    const browser = await newBrowser()
    await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    await refused(browser, `/admin/sign-in/return?token=${token}`)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  test('after twenty seconds', async () => {
    const browser = await newBrowser()
    const start = await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const address = await landed(tenant, await requestOf(browser, start))
    const token = new URL(address).searchParams.get('token') ?? ''
    await setRedeemableUntil(token, Date.now() - 1)
    await refused(browser, address)
  })

  for (const query of ['', '?token=', '?token=x', `?token=${'A'.repeat(43)}.${'A'.repeat(43)}`]) {
    test(`with a token that is none: ${query}`, async () => {
      await refused(await newBrowser(), `/admin/sign-in/return${query}`)
    })
  }

  test('for a product, whatever its credential says it is of', async () => {
    const id = newCredentialId()
    const { credential, secretHash } = issueCredential(id)
    const product = 'organization-center'
    await tenant.configuration.saveCredential({ id, product, secretHash })
    const browser = await newBrowser()
    const start = await browser.send(`/admin/sign-in/sso?organization=${tenant.orgId}`)
    const address = await landed(tenant, await requestOf(browser, start))
    const token = new URL(address).searchParams.get('token') ?? ''
    const credentials = { [product]: credential }
    const answer = await redeem({ stack: tenant.stack, credentials }, token, product)
    assert.equal(answer.status, 400)
    assert.equal((await browser.send(address)).status, 200)
  })
})
