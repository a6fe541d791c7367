import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { redeem } from '#test/flows/hops.ts'
import type { Tenant } from '#test/flows/tenant.ts'
import { connectTenant, mailDomain } from './connect.ts'
import { type HttpSession, httpSession, readForms, readText } from './http-session.ts'
import { arrive, loginUrl } from './journey.ts'
import { startLemonLdapNg } from './lemonldap-ng.ts'
import { pilot } from './lemonldap-ng-settings.ts'
import { type Provider, products } from './providers.ts'
import { settle } from './saml-browser.ts'
import { type Binding, bindings } from './sp-messages.ts'

/** Where the product that started a logout wants its people afterwards. */
const productPage = 'https://meetings.example/bye?from=latchkey'

for (const product of products) {
  describe(`single logout with ${product.name}`, () => {
    const { person } = product
    let provider: Provider
    before(async () => {
      provider = await product.start({ mailDomain })
    })
    after(() => provider.stop())

    const connected = (binding: Binding, encryptsAssertion = false) => {
      const { singleLogoutUrl: url, singleLogoutResponseUrl: responseUrl } = provider
      const singleLogout = { binding, url, ...(responseUrl !== undefined && { responseUrl }) }
      const treatment = { encryptsAssertion }
      return connectTenant(provider, { singleLogout }, { logoutBinding: binding, treatment })
    }
    /** Signs the person in by the session, and tells what the product then knows. */
    const signedIn = async (tenant: Tenant, session: HttpSession) => {
      const { token } = await arrive(loginUrl(tenant), person, session)
      const redeemed = await redeem(tenant, token)
      assert.equal(redeemed.status, 200)
      return (await redeemed.json()) as { sid: string; logout_url: string }
    }
    const asksForPassword = async (tenant: Tenant, session: HttpSession) => {
      const start = provider.idpInitiatedUrl(tenant.serviceProvider.entityId)
      return readForms(await session.open(start)).some(({ fields }) => fields.has('password'))
    }
    const endedSession = async ({ running, orgId }: Tenant) => {
      const [event] = await running.events.waitFor(
        ({ type, data }) => type === 'latchkey.session.ended.v1' && data['orgId'] === orgId,
        1,
      )
      return event?.data
    }

    for (const binding of bindings) {
      test(`ends at the provider what a product ends, by ${binding}`, async () => {
        const tenant = await connected(binding)
        const session = httpSession()
        const { sid, logout_url } = await signedIn(tenant, session)
        assert.equal(await asksForPassword(tenant, session), false)
        const end = await settle(session, await session.open(logout_url))
        assert.equal(end.url, productPage, readText(end))
        assert.equal(await asksForPassword(tenant, session), true)
        const event = await endedSession(tenant)
        assert.deepEqual([event?.['endedBy'], event?.['sids']], ['product', [sid]])
      })

      test(`ends here what the provider ends, by ${binding}`, async () => {
        const tenant = await connected(binding)
        const session = httpSession()
        const { sid } = await signedIn(tenant, session)
        const problems = provider.problems()
        await settle(session, await session.open(provider.logoutUrl))
        assert.deepEqual(provider.problems(), problems)
        assert.equal(await asksForPassword(tenant, session), true)
        const event = await endedSession(tenant)
        assert.deepEqual([event?.['endedBy'], event?.['sids']], ['identity-provider', [sid]])
      })
    }

    test('ends what the person has elsewhere, too, before it answers', async () => {
      const [one, other] = [await connected('redirect'), await connected('redirect')]
      const session = httpSession()
      const { logout_url } = await signedIn(one, session)
      await signedIn(other, session)
      const reached = await settle(session, await session.open(logout_url))
      assert.equal(reached.url, productPage, readText(reached))
      assert.equal((await endedSession(one))?.['endedBy'], 'product')
      assert.equal((await endedSession(other))?.['endedBy'], 'identity-provider')
    })

    test('lets no token of an ended session be redeemed', async () => {
      const tenant = await connected('redirect')
      const session = httpSession()
      const { token } = await arrive(loginUrl(tenant), person, session)
      await settle(session, await session.open(provider.logoutUrl))
      await endedSession(tenant)
      assert.equal((await redeem(tenant, token)).status, 400)
    })

    test('knows the person of an encrypted assertion', async () => {
      const tenant = await connected('redirect', true)
      const session = httpSession()
      const { sid, logout_url } = await signedIn(tenant, session)
      await settle(session, await session.open(logout_url))
      assert.equal(await asksForPassword(tenant, session), true)
      assert.deepEqual((await endedSession(tenant))?.['sids'], [sid])
    })
  })
}

test('LemonLDAP::NG recognizes the persistent NameID with its qualifiers', async () => {
  await using provider = await startLemonLdapNg({ mailDomain })
  const trust = (one: { entityId: string; metadataXml: string }) =>
    provider.trustServiceProvider({ ...one, nameIdFormat: 'persistent' })
  const tenant = await connectTenant(provider, {}, { trust })
  const session = httpSession()
  const { token } = await arrive(loginUrl(tenant), pilot, session)
  const { logout_url } = (await (await redeem(tenant, token)).json()) as { logout_url: string }
  const sent = await session.send(logout_url)
  const request = new URL(sent.headers.get('location') ?? '').searchParams.get('SAMLRequest')
  const xml = inflateRawSync(Buffer.from(request ?? '', 'base64')).toString()
  assert.match(xml, /nameid-format:persistent"/)
  assert.match(xml, / NameQualifier="/)
  assert.match(xml, / SPNameQualifier="/)
  const end = await settle(session, await session.open(sent.headers.get('location') ?? ''))
  assert.equal(end.url, productPage, readText(end))
  assert.deepEqual(provider.problems(), [])
})
