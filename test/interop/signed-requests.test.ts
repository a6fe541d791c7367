import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connectTenant, mailDomain } from './connect.ts'
import { httpSession, readForms, readText } from './http-session.ts'
import { arrive, identityOf, loginUrl } from './journey.ts'
import { type Provider, products } from './providers.ts'
import { settle } from './saml-browser.ts'
import { enterPassword } from './sign-in.ts'
import { startSimpleSamlPhp } from './simplesamlphp.ts'
import { student } from './simplesamlphp-settings.ts'
import { bindings } from './sp-messages.ts'

for (const product of products) {
  describe(`${product.name} that wants signed requests`, () => {
    const { person } = product
    const treatment = { requiresSignedRequests: true }
    let provider: Provider
    before(async () => {
      provider = await product.start({ mailDomain })
    })
    after(() => provider.stop())

    for (const binding of bindings) {
      const singleSignOn = () => ({ binding, url: provider.singleSignOnUrl })

      test(`believes the one that we send by ${binding}`, async () => {
        const settings = { singleSignOn: singleSignOn(), signsRequests: true }
        const tenant = await connectTenant(provider, settings, { treatment })
        const { token, target } = await arrive(`${loginUrl(tenant)}?target=/rooms/7`, person)
        assert.equal(target, '/rooms/7')
        const claims = await identityOf(tenant, token)
        assert.equal(claims['email'], `${person.mailbox}@${mailDomain}`)
      })

      test(`refuses one that we do not sign, by ${binding}`, async () => {
        const settings = { singleSignOn: singleSignOn(), signsRequests: false }
        const tenant = await connectTenant(provider, settings, { treatment })
        const session = httpSession()
        const start = await settle(session, await session.open(loginUrl(tenant)))
        const page = await enterPassword(start, person, session)
        assert.match(page.html, product.missesSignature)
      })
    }
  })
}

test('SimpleSAMLphp asks again for the password where the product wants it', async () => {
  await using provider = await startSimpleSamlPhp({ mailDomain })
  const tenant = await connectTenant(provider)
  const session = httpSession()
  await arrive(loginUrl(tenant), student, session)
  const again = await settle(session, await session.open(loginUrl(tenant)))
  assert.equal(new URL(again.url).origin, 'https://meetings.example')
  const payroll = await session.open(`${loginUrl(tenant)}?product=payroll`)
  assert.ok(readForms(payroll).some(({ fields }) => fields.has('password')))
  const end = await settle(session, await enterPassword(payroll, student, session))
  assert.equal(new URL(end.url).origin, 'https://payroll.example', readText(end))
})
