import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connectionOf, connectTenant, mailDomain } from './connect.ts'
import { arrive, identityOf, loginUrl, refused } from './journey.ts'
import { type LemonLdapNg, startLemonLdapNg } from './lemonldap-ng.ts'
import { type LemonLdapOptions, pilot } from './lemonldap-ng-settings.ts'
import { startSimpleSamlPhp } from './simplesamlphp.ts'
import { student } from './simplesamlphp-settings.ts'

describe('SimpleSAMLphp', () => {
  for (const bits of [384, 512]) {
    test(`is believed when it signs by RSA-SHA${bits}`, async () => {
      await using provider = await startSimpleSamlPhp({
        mailDomain,
        signatureAlgorithm: `http://www.w3.org/2001/04/xmldsig-more#rsa-sha${bits}`,
      })
      const tenant = await connectTenant(provider)
      const { token } = await arrive(loginUrl(tenant), student)
      assert.equal((await identityOf(tenant, token))['email'], `student@${mailDomain}`)
    })
  }

  test('is believed by both keys that it announced, and not by one that it did not', async () => {
    await using provider = await startSimpleSamlPhp({ mailDomain })
    const late = await connectTenant(provider)
    await provider.announceNextKey()
    assert.equal((await connectionOf(provider)).signingKeys.length, 2)
    const early = await connectTenant(provider)
    for (const tenant of [late, early]) await arrive(loginUrl(tenant), student)
    provider.useNextKey()
    const { token } = await arrive(loginUrl(early), student)
    assert.equal((await identityOf(early, token))['email'], `student@${mailDomain}`)
    assert.match((await refused(loginUrl(late), student)).html, /trc_[0-9a-f]{32}/)
  })
})

describe('LemonLDAP::NG', () => {
  let provider: LemonLdapNg
  before(async () => {
    provider = await startLemonLdapNg({ mailDomain })
  })
  after(() => provider.stop())

  type Method = NonNullable<LemonLdapOptions['signatureMethod']>
  const connect = (signatureMethod: Method, allowsSha1 = false) => {
    const trust = (one: { entityId: string; metadataXml: string }) =>
      provider.trustServiceProvider({ ...one, signatureMethod })
    return connectTenant(provider, { allowsSha1 }, { trust })
  }

  for (const method of ['RSA_SHA384', 'RSA_SHA512'] as const) {
    test(`is believed when it signs by ${method}`, async () => {
      const tenant = await connect(method)
      const { token } = await arrive(loginUrl(tenant), pilot)
      assert.equal((await identityOf(tenant, token))['email'], `pilot@${mailDomain}`)
    })
  }

  test('is believed when it signs by RSA_SHA1 only where that is allowed', async () => {
    const refusing = await connect('RSA_SHA1')
    assert.match((await refused(loginUrl(refusing), pilot)).html, /trc_[0-9a-f]{32}/)
    const allowing = await connect('RSA_SHA1', true)
    const { token } = await arrive(loginUrl(allowing), pilot)
    assert.equal((await identityOf(allowing, token))['email'], `pilot@${mailDomain}`)
  })
})
