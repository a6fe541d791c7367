import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { landingOf, redeem } from '#test/flows/hops.ts'
import { settled } from '#test/flows/running-stack.ts'
import type { Tenant } from '#test/flows/tenant.ts'
import { connectTenant, mailDomain } from './connect.ts'
import { httpSession } from './http-session.ts'
import { arrive, identityOf, loginUrl, refused } from './journey.ts'
import { type Provider, products } from './providers.ts'
import { signIn } from './sign-in.ts'
import { type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp.ts'
import { type ResponseShape, student } from './simplesamlphp-settings.ts'

for (const product of products) {
  /** It signs its users in here, as a customer's provider would. */
  describe(product.name, () => {
    const { person, foreigner } = product
    let provider: Provider
    let tenant: Tenant

    before(async () => {
      provider = await product.start({ mailDomain })
      tenant = await connectTenant(provider, { identifiers: 'shared' })
    })
    after(() => provider.stop())

    /** Plays the browser up to the response, and posts it as often as asked. */
    const answerOf = async (url: string) => {
      const session = httpSession()
      const { action, fields } = await signIn(url, person, session)
      assert.equal(action, tenant.serviceProvider.acsUrl)
      const body = new URLSearchParams({ ...fields })
      return () => session.send(action, { method: 'POST', body })
    }

    test('signs a person in when it starts, and the event arrives exactly once', async () => {
      const { entityId } = tenant.serviceProvider
      const post = await answerOf(provider.idpInitiatedUrl(entityId, 'training'))
      const landed = landingOf(await post())
      assert.equal(landed.page, 'https://training.example/in')
      const claims = await identityOf(tenant, landed.token, 'training')
      assert.equal(claims['email'], `${person.mailbox}@${mailDomain}`)
      assert.equal(claims['given_name'], person.givenName)
      assert.equal(claims['family_name'], person.familyName)
      assert.equal(claims['org'], tenant.orgId)
      assert.equal((await redeem(tenant, landed.token, 'training')).status, 400)
      assert.equal((await post()).status, 403)

      const { events } = tenant.running
      const isCreation = ({ type, subject }: { type: string; subject: string }) =>
        type === 'latchkey.user.created.v1' && subject === claims.sub
      await events.waitFor(isCreation, 1)
      await settled()
      assert.equal(events.all.filter(isCreation).length, 1)
    })

    test('signs the same person in when we start', async () => {
      const post = await answerOf(`${loginUrl(tenant)}?product=meetings&target=/rooms/7`)
      const landed = landingOf(await post())
      assert.equal(landed.page, 'https://meetings.example/landing')
      assert.equal(landed.target, '/rooms/7')
      const claims = await identityOf(tenant, landed.token)
      assert.equal(claims['email'], `${person.mailbox}@${mailDomain}`)
      assert.equal((await post()).status, 403)
      const { events } = tenant.running
      const signIns = await events.waitFor(
        ({ type, subject }) => type === 'latchkey.sign-in.succeeded.v1' && subject === claims.sub,
        2,
      )
      assert.equal(new Set(signIns.map(({ id }) => id)).size, 2)
    })

    test('keeps a name that is not ASCII', async () => {
      const { token } = await arrive(loginUrl(tenant), foreigner)
      const claims = await identityOf(tenant, token)
      assert.equal(claims['email'], `${foreigner.mailbox}@${mailDomain}`)
      assert.equal(claims['given_name'], foreigner.givenName)
      assert.equal(claims['family_name'], foreigner.familyName)
    })

    test('is asked once more where it may not start, and the landing page is kept', async () => {
      const strict = await connectTenant(provider, { allowsUnsolicited: false })
      const start = provider.idpInitiatedUrl(strict.serviceProvider.entityId, 'training')
      const { page, token } = await arrive(start, person)
      assert.equal(page, 'https://training.example/in')
      const claims = await identityOf(strict, token, 'training')
      assert.equal(claims['email'], `${person.mailbox}@${mailDomain}`)
    })

    test('cannot sign a person in whose mail address is of another organization', async () => {
      const other = await connectTenant(provider, { verifiedDomains: ['elsewhere.example'] })
      const page = await refused(loginUrl(other), person)
      assert.match(page.html, /trc_[0-9a-f]{32}/)
    })
  })
}

describe('SimpleSAMLphp', () => {
  let provider: SimpleSamlPhp
  before(async () => {
    provider = await startSimpleSamlPhp({ mailDomain })
  })
  after(() => provider.stop())

  const connectTo = (shape: ResponseShape) =>
    connectTenant(
      provider,
      {},
      { trust: (one) => provider.trustServiceProvider({ ...one, ...shape }) },
    )

  const shapes: readonly [string, ResponseShape][] = [
    ['only the assertion', { signAssertion: true, signResponse: false }],
    ['only the response', { signAssertion: false, signResponse: true }],
    ['both', { signAssertion: true, signResponse: true }],
  ]
  for (const [name, shape] of shapes) {
    test(`is believed when it signs ${name}`, async () => {
      const tenant = await connectTo(shape)
      const { token } = await arrive(loginUrl(tenant), student)
      assert.equal((await identityOf(tenant, token))['email'], `student@${mailDomain}`)
    })
  }

  test('is refused when it signs nothing, with a trace id', async () => {
    const tenant = await connectTo({ signAssertion: false, signResponse: false })
    const page = await refused(provider.idpInitiatedUrl(tenant.serviceProvider.entityId), student)
    assert.match(page.html, /trc_[0-9a-f]{32}/)
  })
})
