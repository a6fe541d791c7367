import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import samlify from 'samlify'
import { serviceProviderMetadata } from '#shared/saml/metadata.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { type SpCertificates, spCertificates } from '#shared/saml/sp-certificates.ts'
import {
  attributeOf,
  childrenNamed,
  leafText,
  onlyChild,
  type XmlElement,
} from '#shared/saml/xml-tree.ts'
import { serviceProvider } from '#shared/sign-in/service-provider.ts'
import { issuerAt, ours } from '#test/fixtures/saml/our-keys.ts'

const md = 'urn:oasis:names:tc:SAML:2.0:metadata'
const us = serviceProvider('https://signin.vendor.example')

const scan = (xml: string) => scanXml(Buffer.from(xml)).root
const descriptorIn = (xml: string) =>
  onlyChild(scan(xml), md, 'SPSSODescriptor') ?? assert.fail('no descriptor')
const child = (element: XmlElement, namespace: string, name: string) =>
  onlyChild(element, namespace, name) ?? assert.fail(`no ${name}`)

describe('serviceProviderMetadata', () => {
  let certificates: SpCertificates
  let xml: string
  before(async () => {
    const keys = {
      signing: ['signing', 'signing-next'],
      encryption: ['encryption', 'encryption-next'],
    }
    const store = {
      find: async (names: readonly string[]) => names.map(() => undefined),
      keep: async (_: string, certificate: string) => certificate,
    }
    const issue = issuerAt(Date.parse('2026-03-04T10:15:30Z'))
    certificates = await spCertificates(store, keys, issue)
    xml = serviceProviderMetadata(us, certificates)
  })

  test('is what it is, byte by byte', () => {
    const two = { signing: ['AAAA'], encryption: ['BBBB'] }
    const key = (certificate: string) =>
      `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate>` +
      '</ds:X509Data></ds:KeyInfo>'
    const method = (algorithm: string) => `<md:EncryptionMethod Algorithm="${algorithm}"/>`
    const binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP'
    const base = 'https://signin.vendor.example/saml'
    assert.equal(
      serviceProviderMetadata(us, two),
      `<md:EntityDescriptor xmlns:md="${md}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"` +
        ` entityID="${base}/sp"><md:SPSSODescriptor WantAssertionsSigned="true"` +
        ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
        `<md:KeyDescriptor use="signing">${key('AAAA')}</md:KeyDescriptor>` +
        `<md:KeyDescriptor use="encryption">${key('BBBB')}` +
        method('http://www.w3.org/2009/xmlenc11#aes256-gcm') +
        method('http://www.w3.org/2009/xmlenc11#aes128-gcm') +
        method('http://www.w3.org/2001/04/xmlenc#aes256-cbc') +
        method('http://www.w3.org/2001/04/xmlenc#aes128-cbc') +
        '<md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">' +
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
        '<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"' +
        ' Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/></md:EncryptionMethod>' +
        '<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p">' +
        '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>' +
        '</md:EncryptionMethod></md:KeyDescriptor>' +
        `<md:SingleLogoutService Binding="${binding}-Redirect" Location="${base}/slo"/>` +
        `<md:SingleLogoutService Binding="${binding}-POST" Location="${base}/slo"/>` +
        '<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>' +
        '<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' +
        '</md:NameIDFormat>' +
        '<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' +
        '</md:NameIDFormat>' +
        '<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>' +
        `<md:AssertionConsumerService Binding="${binding}-POST" Location="${base}/acs"` +
        ' index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>',
    )
  })

  test('names all keys, those in use first, each for its use', () => {
    const described = childrenNamed(descriptorIn(xml), md, 'KeyDescriptor').map((descriptor) => {
      const info = child(descriptor, ns.signature, 'KeyInfo')
      const data = child(info, ns.signature, 'X509Data')
      const certificate = leafText(child(data, ns.signature, 'X509Certificate')) ?? ''
      const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'))
      const methods = childrenNamed(descriptor, md, 'EncryptionMethod').length
      return { use: attributeOf(descriptor, 'use'), publicKey, methods }
    })
    assert.deepEqual(
      described.map(({ use, methods }) => [use, methods]),
      [
        ['signing', 0],
        ['signing', 0],
        ['encryption', 6],
        ['encryption', 6],
      ],
    )
    for (const [index, { publicKey }] of Object.values(ours).entries()) {
      assert.ok(described[index]?.publicKey.equals(publicKey))
    }
  })

  test('says nothing of signed requests, which depends on the provider', () => {
    assert.equal(attributeOf(descriptorIn(xml), 'AuthnRequestsSigned'), undefined)
    assert.equal(attributeOf(descriptorIn(xml), 'WantAssertionsSigned'), 'true')
  })

  test('is read by samlify as it is meant', () => {
    const { entityMeta } = samlify.ServiceProvider({ metadata: xml })
    assert.equal(entityMeta.getEntityID(), us.entityId)
    assert.equal(entityMeta.getAssertionConsumerService('post'), us.acsUrl)
    assert.equal(entityMeta.getSingleLogoutService('post'), us.sloUrl)
    assert.equal(entityMeta.getSingleLogoutService('redirect'), us.sloUrl)
    assert.equal(entityMeta.isWantAssertionsSigned(), true)
    assert.deepEqual(entityMeta.getX509Certificate('signing'), certificates.signing)
    assert.deepEqual(entityMeta.getX509Certificate('encryption'), certificates.encryption)
    assert.equal([entityMeta.getNameIDFormat()].flat().length, 4)
  })

  test('gives the same bytes for the same input', () => {
    assert.equal(serviceProviderMetadata({ ...us }, { ...certificates }), xml)
  })

  test('states any address as it is', () => {
    const address = fc
      .tuple(
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.constantFrom('&', '"<>', "'"),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(address, address, address, (entityId, acsUrl, sloUrl) => {
        const read = serviceProviderMetadata({ entityId, acsUrl, sloUrl }, certificates)
        assert.equal(attributeOf(scan(read), 'entityID'), entityId)
        const descriptor = descriptorIn(read)
        const acs = child(descriptor, md, 'AssertionConsumerService')
        assert.equal(attributeOf(acs, 'Location'), acsUrl)
        for (const slo of childrenNamed(descriptor, md, 'SingleLogoutService')) {
          assert.equal(attributeOf(slo, 'Location'), sloUrl)
        }
      }),
    )
  })
})
