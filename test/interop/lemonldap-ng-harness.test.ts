import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { httpSession } from './http-session.ts'
import { type LemonLdapNg, missingPackages, startLemonLdapNg } from './lemonldap-ng.ts'
import { painter, pilot } from './lemonldap-ng-settings.ts'
import { processesOf } from './provider-process.ts'
import { settle } from './saml-browser.ts'
import { enterPassword, signIn } from './sign-in.ts'
import { startThrowAwaySp, type ThrowAwaySp } from './throw-away-sp.ts'

describe('the LemonLDAP::NG harness', () => {
  let provider: LemonLdapNg
  let sp: ThrowAwaySp
  before(async () => {
    provider = await startLemonLdapNg()
    sp = await startThrowAwaySp(provider)
    provider.trustServiceProvider(sp)
  })
  after(async () => {
    await sp[Symbol.asyncDispose]()
    await provider.stop()
  })

  const responseTo = async (user: typeof pilot | typeof painter) => {
    const { fields } = await signIn(provider.idpInitiatedUrl(sp.entityId), user)
    return Buffer.from(fields.SAMLResponse, 'base64').toString()
  }

  test('serves metadata with a signing certificate and its own addresses', async () => {
    const served = await (await fetch(provider.metadataUrl)).text()
    assert.equal(served, provider.metadataXml)
    assert.ok(served.includes(`entityID="${provider.entityId}"`))
    for (const url of [
      provider.singleSignOnUrl,
      provider.singleLogoutUrl,
      provider.singleLogoutResponseUrl,
    ]) {
      assert.ok(served.includes(`ocation="${url}"`), url)
    }
    const [, base64 = ''] = /use="signing".*?<ds:X509Certificate>([^<]+)</s.exec(served) ?? []
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'))
    assert.ok(certificate.verify(certificate.publicKey))
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  })

  test('sends names and groups, also when they are not ASCII', async () => {
    const session = httpSession()
    for (const [user, givenName, groups] of [
      [pilot, 'Pia', ['crew', 'night shift']],
      [painter, 'Zoë', ['crew']],
    ] as const) {
      const page = await sp.startSignIn(session, 'redirect')
      await settle(session, await enterPassword(page, user, session))
      await settle(session, await session.open(provider.logoutUrl))
      const response = sp.received.findLast(({ type }) => type === 'Response')
      assert.ok(response?.type === 'Response')
      assert.equal(response.attributes['givenName'], givenName)
      assert.deepEqual([response.attributes['groups']].flat().toSorted(), groups)
    }
  })

  const formats = {
    email: /1\.1:nameid-format:emailAddress">pilot@example\.org</,
    persistent: /2\.0:nameid-format:persistent"[^>]*>_[0-9A-F]{32,}</,
    transient: /2\.0:nameid-format:transient"[^>]*>_[0-9A-F]{32,}</,
  } as const
  for (const [nameIdFormat, nameId] of Object.entries(formats)) {
    test(`names people by ${nameIdFormat} where it is told to`, async () => {
      provider.trustServiceProvider({ ...sp, nameIdFormat: nameIdFormat as keyof typeof formats })
      assert.match(await responseTo(pilot), nameId)
    })
  }

  for (const method of ['RSA_SHA1', 'RSA_SHA384', 'RSA_SHA512'] as const) {
    test(`signs by ${method} where it is told to`, async () => {
      provider.trustServiceProvider({ ...sp, signatureMethod: method })
      const name = method.toLowerCase().replace('_', '-')
      assert.match(
        await responseTo(pilot),
        new RegExp(`<SignatureMethod Algorithm="[^"]*#${name}"/>`),
      )
    })
  }

  test('tells a wrong password', async () => {
    const start = provider.idpInitiatedUrl(sp.entityId)
    await assert.rejects(
      signIn(start, { username: 'pilot', password: 'guess' }),
      /pilot was not signed in \(wrong user name or password\)/,
    )
  })

  test('tells that it does not know a service provider', async () => {
    const start = provider.idpInitiatedUrl('https://unknown.example')
    await assert.rejects(signIn(start, pilot), /no SAML response/)
  })
})

test('two providers run side by side and leave nothing behind', async () => {
  const [first, second] = await Promise.all([
    startLemonLdapNg(),
    startLemonLdapNg({ mailDomain: 'school.example' }),
  ])
  try {
    assert.notEqual(first.entityId, second.entityId)
    await using sp = await startThrowAwaySp(second)
    second.trustServiceProvider(sp)
    const { fields } = await signIn(second.idpInitiatedUrl(sp.entityId), pilot)
    const xml = Buffer.from(fields.SAMLResponse, 'base64').toString()
    assert.match(xml, />pilot@school\.example</)
    assert.equal(processesOf(second.folder).length, 1)
  } finally {
    await Promise.all([first.stop(), second.stop()])
  }
  assert.deepEqual([...processesOf(first.folder), ...processesOf(second.folder)], [])
  assert.equal(existsSync(first.folder) || existsSync(second.folder), false)
  await assert.rejects(fetch(second.metadataUrl))
  await second.stop()
})

test('missingPackages names what to install', () => {
  assert.deepEqual(missingPackages('no-such-perl'), [
    'liblemonldap-ng-portal-perl',
    'liblasso-perl',
    'libxml-simple-perl',
    'libio-string-perl',
  ])
})
