import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connectTenant, mailDomain } from './connect.ts'
import { arrive, identityOf, loginUrl, refused } from './journey.ts'
import { type Provider, products } from './providers.ts'
import { signIn } from './sign-in.ts'

for (const product of products) {
  describe(`${product.name} that encrypts assertions`, () => {
    const { person, foreigner } = product
    const treatment = { encryptsAssertion: true }
    let provider: Provider
    before(async () => {
      provider = await product.start({ mailDomain })
    })
    after(() => provider.stop())

    test('signs a person in when we start, to the key in our metadata', async () => {
      const settings = { requiresEncryption: true }
      const tenant = await connectTenant(provider, settings, { treatment })
      const { fields } = await signIn(loginUrl(tenant), foreigner)
      const xml = Buffer.from(fields.SAMLResponse, 'base64').toString()
      assert.match(xml, /EncryptedAssertion/)
      assert.doesNotMatch(xml, /NameID|AttributeValue/)
      const { token } = await arrive(loginUrl(tenant), foreigner)
      const claims = await identityOf(tenant, token)
      assert.equal(claims['email'], `${foreigner.mailbox}@${mailDomain}`)
      assert.equal(claims['family_name'], foreigner.familyName)
    })

    test('signs a person in when it starts', async () => {
      const tenant = await connectTenant(provider, {}, { treatment })
      const start = provider.idpInitiatedUrl(tenant.serviceProvider.entityId, 'training')
      const { page, token } = await arrive(start, person)
      assert.equal(page, 'https://training.example/in')
      const claims = await identityOf(tenant, token, 'training')
      assert.equal(claims['email'], `${person.mailbox}@${mailDomain}`)
    })

    test('is refused when it sends one that is not, where we insist', async () => {
      const tenant = await connectTenant(provider, { requiresEncryption: true })
      const page = await refused(loginUrl(tenant), person)
      assert.match(page.html, /trc_[0-9a-f]{32}/)
    })
  })
}
