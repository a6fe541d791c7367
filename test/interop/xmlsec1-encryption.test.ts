import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Edit, elementOf, swap } from '#test/fixtures/saml/edit-xml.ts'
import {
  type Cipher,
  ciphers,
  encryption,
  transports,
  unwrapWith,
} from '#test/fixtures/saml/encrypt.ts'
import { encryptedResponse, selfContained } from '#test/fixtures/saml/encrypted-response.ts'
import { encryptAssertion, shapes } from '#test/fixtures/saml/encrypted-shapes.ts'
import { judgeEncrypted } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  expectations,
  identity,
  plainResponse,
  plainTemplate,
  posted,
} from '#test/fixtures/saml/plain-response.ts'
import { signResponse } from '#test/fixtures/saml/sign-response.ts'
import { decryptWithXmlsec1, encryptWithXmlsec1 } from './xmlsec1-encryption.ts'

const names = Object.keys(ciphers) as Cipher[]

const signed = signResponse(selfContained(elementOf(plainTemplate('assertion'), 'saml:Assertion')))

/** xmlsec1 1.2 has no rsa-oaep of XML Encryption 1.1: OAEP with SHA-1 only. */
const sha1 = Object.entries(transports).filter(([name]) => name.startsWith('mgf1p'))

describe('xmlsec1 decrypts what our fixtures encrypt:', () => {
  for (const shape of Object.values(shapes)) {
    for (const cipher of names) {
      test(`${cipher} as ${shape.name} writes it`, () => {
        for (const [, transport] of sha1) {
          const encrypted = encryptAssertion(signed, shape, encryption(cipher, transport))
          const declared = `<r xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${encrypted}</r>`
          const decrypted = decryptWithXmlsec1(declared, keys.encryption)
          assert.ok(decrypted.includes(elementOf(signed, 'saml:Subject')))
          assert.doesNotMatch(decrypted, /EncryptedData/)
        }
      })
    }
  }

  test('and refuses what is changed or for another key', () => {
    const xml = encryptedResponse('assertion', { encryption: encryption('aes-256-gcm') })
    assert.match(decryptWithXmlsec1(xml, keys.encryption), /NameID/)
    assert.throws(() => decryptWithXmlsec1(xml, keys.stranger))
    const changed = xml.replace(
      /.(?=.{40}<\/xenc:CipherValue><\/xenc:CipherData><\/xenc:EncryptedData>)/s,
      '/',
    )
    assert.throws(() => decryptWithXmlsec1(changed, keys.encryption))
  })
})

const template = (cipher: Cipher) =>
  [
    '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">',
    `<xenc:EncryptionMethod Algorithm="${ciphers[cipher]}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">`,
    '<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>',
    '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>',
    '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>',
  ].join('')

/** The response whose assertion xmlsec1 encrypted. */
function encryptedByXmlsec1(cipher: Cipher, response: string): string {
  const assertion = elementOf(response, 'saml:Assertion')
  const encryptedData = encryptWithXmlsec1(assertion, template(cipher), {
    publicKey: keys.encryption.publicKey,
    keyBits: Number(cipher.slice(4, 7)),
  }).replace(/^<\?xml[^>]*>\s*/, '')
  const encrypted: Edit = swap(
    assertion,
    `<saml:EncryptedAssertion>${encryptedData}</saml:EncryptedAssertion>`,
  )
  return encrypted(response)
}

describe('verifyResponse accepts what xmlsec1 encrypts:', () => {
  for (const cipher of names) {
    test(cipher, async () => {
      const response = swap(
        elementOf(plainResponse('assertion'), 'saml:Assertion'),
        signed,
      )(plainResponse('assertion'))
      const samlResponse = posted(encryptedByXmlsec1(cipher, response))
      const result = await judgeEncrypted(samlResponse, expectations, unwrapWith(keys.encryption))
      assert.deepEqual(result, { ok: true, value: { ...identity, isEncrypted: true } })
    })
  }
})
