import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdentityProvider, SamlLib, ServiceProvider } from 'samlify'
import { elementOf } from '#test/fixtures/saml/edit-xml.ts'
import { type Cipher, ciphers, encryption, unwrapWith } from '#test/fixtures/saml/encrypt.ts'
import { encryptedResponse } from '#test/fixtures/saml/encrypted-response.ts'
import { shapes } from '#test/fixtures/saml/encrypted-shapes.ts'
import { judgeEncrypted } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  acs,
  expectations,
  identity,
  idp,
  plainResponse,
  sp,
} from '#test/fixtures/saml/plain-response.ts'

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

const service = ServiceProvider({
  entityID: sp,
  encryptCert: keys.encryption.certificate,
  encPrivateKey: String(keys.encryption.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  assertionConsumerService: [{ Binding: POST, Location: acs }],
})

/** The types of samlify do not know all of its settings. */
function provider(cipher: Cipher) {
  const settings = {
    entityID: idp,
    isAssertionEncrypted: true,
    dataEncryptionAlgorithm: ciphers[cipher],
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    singleSignOnService: [{ Binding: POST, Location: 'https://idp.example.com/sso' }],
  }
  return IdentityProvider(settings)
}

/** Those that it has. */
const names = ['aes-128-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm'] as const

describe('verifyResponse accepts what samlify encrypts:', () => {
  for (const cipher of names) {
    test(cipher, async () => {
      const xml = plainResponse('assertion')
      const samlResponse = await SamlLib.encryptAssertion(provider(cipher), service, xml)
      assert.ok(Buffer.from(samlResponse, 'base64').includes(ciphers[cipher]))
      const result = await judgeEncrypted(samlResponse, expectations, unwrapWith(keys.encryption))
      assert.deepEqual(result, { ok: true, value: { ...identity, isEncrypted: true } })
    })
  }
})

describe('samlify decrypts what our fixtures encrypt:', () => {
  for (const shape of Object.values(shapes)) {
    for (const cipher of names) {
      test(`${cipher} as ${shape.name} writes it`, async () => {
        const xml = encryptedResponse('both', { shape, encryption: encryption(cipher) })
        const [, assertion] = await SamlLib.decryptAssertion(service, xml)
        assert.equal(elementOf(assertion, 'saml:NameID').includes(identity.nameId.value), true)
      })
    }
  }
})
