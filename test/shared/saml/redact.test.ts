import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { redact } from '#shared/saml/redact.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { acs, idp, plainResponse, requestId, sp } from '#test/fixtures/saml/plain-response.ts'
import { providerResponse, providers } from '#test/fixtures/saml/providers.ts'

const redacted = (xml: string) => redact(scanXml(Buffer.from(xml)).root, 16_384)

const saml = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'

describe('redact', () => {
  const shown = redacted(plainResponse('both'))

  for (const text of [
    acs,
    idp,
    sp,
    requestId,
    '2026-03-04T10:20:00Z',
    'Name="mail"',
    '#rsa-sha256',
  ]) {
    test(`shows ${text}`, () => assert.ok(shown.includes(text)))
  }

  for (const secret of ['ada.lovelace', 'example.com<', 'engineers', '_s5c2']) {
    test(`does not show ${secret}`, () => assert.ok(!shown.includes(secret)))
  }

  test('shows no signature and no digest', () => {
    const values = plainResponse('both').matchAll(/<ds:(?:Signature|Digest)Value>([^<]+)</g)
    for (const [, value = ''] of values) assert.ok(!shown.includes(value))
  })

  test('shows the fingerprint of a certificate in place of it', () => {
    const { certificate } = keys.provider
    const fingerprint = createHash('sha256')
      .update(Buffer.from(certificate, 'base64'))
      .digest('hex')
    const xml = `<a xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Certificate>${certificate}</X509Certificate></a>`
    assert.match(redacted(xml), new RegExp(`>SHA-256 ${fingerprint}<`))
  })

  test('counts what is many and alike', () => {
    const values = '<saml:AttributeValue>group</saml:AttributeValue>'.repeat(150)
    const xml = `<saml:Attribute ${saml} Name="groups">${values}</saml:Attribute>`
    assert.equal(redacted(xml).split('\n').length, 6)
    assert.match(redacted(xml), /<!-- 147 more -->/)
  })

  test('shows nothing of XML in a value, not even its attributes', () => {
    const xml = `<saml:AttributeValue ${saml}><x Name="ada"/></saml:AttributeValue>`
    assert.doesNotMatch(redacted(xml), /ada/)
  })

  test('is bounded', () => {
    const many = Array.from({ length: 2000 }, (_, i) => `<x${i} ID="${'i'.repeat(100)}"/>`)
    assert.ok(redacted(`<a>${many.join('')}</a>`).length < 17_000)
  })

  for (const provider of providers) {
    test(`leaves nobody in the response of ${provider.name}`, () => {
      const { nameId, attributes } = provider.identity
      const text = redacted(providerResponse(provider))
      assert.ok(!text.includes(`>${nameId.value}<`))
      const values = [...attributes.values()].flat()
      for (const value of values.filter((one) => one !== '' && one !== provider.issuer)) {
        assert.ok(!text.includes(`>${value}<`), value)
      }
    })
  }

  test('answers XML for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const text = value.replace(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, '').replace(/[&<>]/g, '')
        const attribute = text.replace(/"/g, '')
        assert.ok(scanXml(Buffer.from(redacted(`<a ID="${attribute}">${text}</a>`))))
      }),
    )
  })
})
