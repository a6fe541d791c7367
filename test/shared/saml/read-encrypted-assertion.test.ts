import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { contentCiphers } from '#shared/saml/encryption-algorithms.ts'
import { readEncryptedAssertion } from '#shared/saml/read-encrypted-assertion.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { XmlError } from '#shared/saml/xml-error.ts'
import { type Cipher, ciphers, encryption, transports } from '#test/fixtures/saml/encrypt.ts'
import { encryptAssertion, shapes } from '#test/fixtures/saml/encrypted-shapes.ts'
import { mutateBytes, mutateTree } from '#test/fixtures/saml/mutate.ts'
import { sp } from '#test/fixtures/saml/plain-response.ts'

const read = (xml: string | Buffer) => readEncryptedAssertion(scanXml(Buffer.from(xml)).root, [sp])

/** Keycloak leaves the declaration of its prefix to the Response. */
const declared = (xml: string) =>
  xml.replace(
    /<saml:EncryptedAssertion>/,
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">',
  )

describe('readEncryptedAssertion', () => {
  for (const shape of Object.values(shapes)) {
    for (const [name, cipher] of Object.entries(ciphers)) {
      test(`reads ${name} as ${shape.name} writes it`, () => {
        const by = encryption(name as Cipher, transports.oaepSha256)
        const content = read(declared(encryptAssertion('twelve bytes', shape, by)))
        assert.ok(content.ok)
        assert.deepEqual(content.value.cipher, contentCiphers.get(cipher))
        assert.equal(content.value.ciphertext.length, name.endsWith('cbc') ? 32 : 40)
        const [wrappedKey, ...more] = content.value.wrappedKeys
        assert.equal(wrappedKey?.wrapped.length, 256)
        assert.equal(wrappedKey?.transport, 'RSAES_OAEP_SHA_256')
        assert.equal(more.length, 0)
      })
    }
  }

  const originals = Object.values(shapes).map((shape) =>
    declared(encryptAssertion('<Assertion/>', shape)),
  )
  const mutations: readonly (readonly [string, fc.Arbitrary<(xml: string) => Buffer>])[] = [
    ['bytes', mutateBytes.map((mutate) => (xml: string) => mutate(Buffer.from(xml)))],
    ['elements', mutateTree.map((mutate) => (xml: string) => Buffer.from(mutate(xml)))],
  ]
  for (const [what, mutation] of mutations) {
    test(`answers with a Result, however the ${what} are changed`, () => {
      let accepted = 0
      const property = fc.property(fc.constantFrom(...originals), mutation, (xml, mutate) => {
        const content = readOrNothing(mutate(xml))
        if (!content?.ok) return
        accepted += 1
        const { cipher, ciphertext, wrappedKeys } = content.value
        assert.ok([...contentCiphers.values()].includes(cipher))
        assert.ok(ciphertext.length > 0)
        assert.ok(wrappedKeys.length >= 1 && wrappedKeys.length <= 3)
        for (const { wrapped } of wrappedKeys) assert.ok([256, 384, 512].includes(wrapped.length))
      })
      fc.assert(property, { numRuns: 3000 })
      assert.ok(accepted > 0, 'nothing was tested')
    })
  }
})

/** What does not scan never comes here. */
function readOrNothing(bytes: Buffer) {
  try {
    return read(bytes)
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
}
