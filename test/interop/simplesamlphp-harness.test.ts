import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { httpSession } from './http-session.ts'
import { processesOf } from './provider-process.ts'
import { type ResponseForm, signIn } from './sign-in.ts'
import { missingPackages, type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp.ts'
import { employee, student } from './simplesamlphp-settings.ts'

const ours = {
  entityId: 'https://sp.example/saml/metadata',
  assertionConsumerServiceUrl: 'https://sp.example/saml/acs?idp=1&x="y"',
}
const relayState = '/inbox?tag=a&b=<"ü\'>'
const requestId = '_request-1'

const authnRequest = (destination: string, { entityId, assertionConsumerServiceUrl } = ours) => {
  const acs = assertionConsumerServiceUrl.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return (
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${requestId}"` +
    ` Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${destination}"` +
    ` AssertionConsumerServiceURL="${acs}"><saml:Issuer` +
    ` xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${entityId}</saml:Issuer>` +
    '</samlp:AuthnRequest>'
  )
}

const redirectUrl = (singleSignOnUrl: string) => {
  const request = deflateRawSync(authnRequest(singleSignOnUrl)).toString('base64')
  return `${singleSignOnUrl}?${new URLSearchParams({ SAMLRequest: request, RelayState: relayState })}`
}

const decode = (form: ResponseForm) =>
  Buffer.from(form.fields.SAMLResponse, 'base64').toString('utf8')

const values = (xml: string, attribute: string) => {
  const [, content = ''] =
    new RegExp(`<saml:Attribute Name="${attribute}".*?>(.*?)</saml:Attribute>`).exec(xml) ?? []
  return [...content.matchAll(/<saml:AttributeValue[^>]*>(.*?)</g)].map(([, value]) => value)
}

const signingCertificate = (metadataXml: string) => {
  const [, base64 = ''] = /use="signing".*?<ds:X509Certificate>([^<]+)</s.exec(metadataXml) ?? []
  return new X509Certificate(Buffer.from(base64, 'base64'))
}

/** The names of the elements that a valid signature of the given certificate covers. */
const signedElements = (xml: string, certificate: X509Certificate) =>
  [...xml.matchAll(/<ds:Signature .*?<\/ds:Signature>/gs)].map(([signature]) => {
    const checker = new SignedXml({
      publicCert: certificate.toString(),
      getCertFromKeyInfo: () => null,
    })
    checker.loadSignature(signature)
    assert.ok(checker.checkSignature(xml))
    const [signed = ''] = checker.getSignedReferences()
    return /^<(\S+)/.exec(signed)?.[1]
  })

describe('the SimpleSAMLphp harness', () => {
  let provider: SimpleSamlPhp
  before(async () => {
    provider = await startSimpleSamlPhp({ serviceProvider: ours })
  })
  after(() => provider.stop())

  test('serves metadata with a signing certificate and its own addresses', async () => {
    const served = await (await fetch(provider.metadataUrl)).text()
    assert.equal(served, provider.metadataXml)
    assert.ok(served.includes(`entityID="${provider.entityId}"`))
    assert.ok(served.includes(`Location="${provider.singleSignOnUrl}"`))
    const certificate = signingCertificate(served)
    assert.ok(certificate.verify(certificate.publicKey))
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  })

  test('signs in from the provider', async () => {
    const form = await signIn(provider.idpInitiatedUrl(ours.entityId, relayState), student)
    assert.equal(form.action, new URL(ours.assertionConsumerServiceUrl).href)
    assert.equal(form.fields.RelayState, relayState)
    const xml = decode(form)
    assert.match(xml, /Destination="https:\/\/sp\.example\/saml\/acs\?idp=1&amp;x=&quot;y&quot;"/)
    assert.doesNotMatch(xml, /InResponseTo/)
    assert.deepEqual(values(xml, 'mail'), ['student@example.org'])
    assert.deepEqual(values(xml, 'eduPersonAffiliation'), ['member', 'student'])
  })

  test('sends no relay state that it was not given', async () => {
    const form = await signIn(provider.idpInitiatedUrl(ours.entityId), student)
    assert.deepEqual(Object.keys(form.fields), ['SAMLResponse'])
  })

  test('answers the request of a service provider whose login redirects to it', async () => {
    const login = createServer((_, response) => {
      response.writeHead(302, { location: redirectUrl(provider.singleSignOnUrl) }).end()
    }).listen(0, '127.0.0.1')
    await using _ = login
    await once(login, 'listening')
    const { port } = login.address() as AddressInfo
    const form = await signIn(`http://127.0.0.1:${port}/login`, student)
    assert.equal(form.fields.RelayState, relayState)
    const xml = decode(form)
    assert.equal(xml.match(new RegExp(`InResponseTo="${requestId}"`, 'g'))?.length, 2)
    assert.deepEqual(values(xml, 'mail'), ['student@example.org'])
  })

  test('signs response and assertion with the key of its metadata', async () => {
    const xml = decode(await signIn(provider.idpInitiatedUrl(ours.entityId), student))
    const certificate = signingCertificate(provider.metadataXml)
    assert.deepEqual(signedElements(xml, certificate), ['samlp:Response', 'saml:Assertion'])
    const altered = xml.replace('student@example.org', 'employee@example.org')
    assert.throws(() => signedElements(altered, certificate))
  })

  test('carries names that are not ASCII', async () => {
    const xml = decode(await signIn(provider.idpInitiatedUrl(ours.entityId), employee))
    assert.deepEqual(values(xml, 'sn'), ['Žižková-Łuczak 山田'])
  })

  test('signs with the new key, and nothing else, once it has announced it and uses it', async () => {
    await using rolled = await startSimpleSamlPhp({ serviceProvider: ours })
    const certificates = async () => {
      const served = await (await fetch(rolled.metadataUrl)).text()
      return [...served.matchAll(/use="signing".*?<ds:X509Certificate>([^<]+)</gs)].map(
        ([, base64 = '']) => new X509Certificate(Buffer.from(base64, 'base64')),
      )
    }
    const signatures = async (certificate: X509Certificate | undefined) => {
      assert.ok(certificate)
      const xml = decode(await signIn(rolled.idpInitiatedUrl(ours.entityId), student))
      return signedElements(xml, certificate)
    }
    const [old] = await certificates()
    await rolled.announceNextKey()
    const [next, alsoOld] = await certificates()
    assert.equal(alsoOld?.fingerprint256, old?.fingerprint256)
    assert.deepEqual(await signatures(old), ['samlp:Response', 'saml:Assertion'])
    rolled.useNextKey()
    assert.deepEqual(
      (await certificates()).map(({ fingerprint256 }) => fingerprint256),
      [next?.fingerprint256],
    )
    assert.deepEqual(await signatures(next), ['samlp:Response', 'saml:Assertion'])
    await assert.rejects(signatures(old))
  })

  test('remembers who signed in with the same session', async () => {
    const session = httpSession()
    const start = provider.idpInitiatedUrl(ours.entityId)
    await signIn(start, student, session)
    const again = await signIn(start, { username: 'nobody', password: 'none' }, session)
    assert.deepEqual(values(decode(again), 'uid'), ['student'])
  })

  test('gives each service provider the response it asks for, also one added later', async () => {
    const added = {
      entityId: 'https://added.example',
      assertionConsumerServiceUrl: 'https://added.example/acs',
      nameIdFormat: 'emailAddress',
      signResponse: false,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    } as const
    provider.trustServiceProvider(added)
    const xml = decode(await signIn(provider.idpInitiatedUrl(added.entityId), student))
    assert.deepEqual(signedElements(xml, signingCertificate(provider.metadataXml)), [
      'saml:Assertion',
    ])
    assert.match(xml, /1\.1:nameid-format:emailAddress">student@example\.org<\/saml:NameID>/)
    assert.match(xml, /SignatureMethod Algorithm="[^"]*#rsa-sha512"/)
    const first = decode(await signIn(provider.idpInitiatedUrl(ours.entityId), student))
    assert.match(first, /2\.0:nameid-format:persistent">[\da-f]{40}</)
  })

  test('tells a wrong password', async () => {
    const start = provider.idpInitiatedUrl(ours.entityId)
    await assert.rejects(
      signIn(start, { username: 'student', password: 'guess' }),
      /student was not signed in \(wrong user name or password\).*Incorrect username or password/,
    )
  })

  test('tells what the provider shows instead of a login', async () => {
    const start = provider.idpInitiatedUrl('https://unknown.example')
    await assert.rejects(
      signIn(start, student),
      /no SAML response.*Unable to locate metadata for .*https:\/\/unknown\.example/,
    )
  })
})

test('the provider takes its defaults from the options and leaves nothing behind', async () => {
  const provider = await startSimpleSamlPhp({
    serviceProvider: [ours],
    nameIdFormat: 'emailAddress',
    signAssertion: false,
    mailDomain: 'school.example',
  })
  try {
    const xml = decode(await signIn(redirectUrl(provider.singleSignOnUrl), student))
    assert.match(xml, /nameid-format:emailAddress">student@school\.example<\/saml:NameID>/)
    assert.deepEqual(signedElements(xml, signingCertificate(provider.metadataXml)), [
      'samlp:Response',
    ])
    assert.equal(processesOf(provider.folder).length, 1)
  } finally {
    await provider.stop()
  }
  assert.deepEqual(processesOf(provider.folder), [])
  assert.equal(existsSync(provider.folder), false)
  await assert.rejects(fetch(provider.metadataUrl))
  await provider.stop()
})

test('missingPackages names what to install', () => {
  assert.deepEqual(missingPackages('no-such-php', '/no/such/folder'), [
    'php-cli',
    'php-xml',
    'php-mbstring',
    'simplesamlphp',
  ])
})
