import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decryptContent } from '#shared/saml/decrypt-content.ts'
import type { ContentCipher } from '#shared/saml/encryption-algorithms.ts'
import {
  type Cipher,
  encryptContent,
  encryption,
  encryptPadded,
} from '#test/fixtures/saml/encrypt.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const cipher = (name: ContentCipher['name']): ContentCipher => ({
  name,
  keyLength: Number(name.slice(4, 7)) / 8,
})

/**
 * NIST SP 800-38A, F.2: CBC of four blocks. The last one ends in 0x10, which says to XML Encryption
 * that all sixteen bytes of it are padding.
 */
const iv = '000102030405060708090a0b0c0d0e0f'
const threeBlocks =
  '6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef'

const cbcVectors: readonly (readonly [ContentCipher['name'], string, string])[] = [
  [
    'aes-128-cbc',
    '2b7e151628aed2a6abf7158809cf4f3c',
    '7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2 73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7',
  ],
  [
    'aes-192-cbc',
    '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    '4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a 571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd',
  ],
  [
    'aes-256-cbc',
    '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    'f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d 39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b',
  ],
]

/** McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 2, 8 and 14. */
const gcmVectors: readonly (readonly [ContentCipher['name'], string])[] = [
  ['aes-128-gcm', '0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf'],
  ['aes-192-gcm', '98e7247c07f0fe411c267e4384b0f600 2ff58d80033927ab8ef4d4587514f0fb'],
  ['aes-256-gcm', 'cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919'],
]

const names: readonly Cipher[] = [
  ...(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'] as const),
  ...(['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm'] as const),
]

describe('decryptContent', () => {
  for (const [name, key, ciphertext] of cbcVectors) {
    test(`decrypts the published vector of ${name}, and takes the padding off`, () => {
      const decrypted = decryptContent(cipher(name), hex(key), hex(iv + ciphertext))
      assert.deepEqual(decrypted, { plaintext: hex(threeBlocks), isIntact: true })
    })
  }

  for (const [name, ciphertext] of gcmVectors) {
    test(`decrypts the published vector of ${name}`, () => {
      const key = Buffer.alloc(cipher(name).keyLength)
      const decrypted = decryptContent(cipher(name), key, hex('00'.repeat(12) + ciphertext))
      assert.deepEqual(decrypted, { plaintext: Buffer.alloc(16), isIntact: true })
    })
  }

  test('decrypts whatever was encrypted, of any length', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ minLength: 1 }), (name, bytes) => {
        const by = encryption(name)
        const ciphertext = encryptContent(Buffer.from(bytes), by)
        const { plaintext, isIntact } = decryptContent(cipher(name), by.contentKey, ciphertext)
        assert.ok(isIntact)
        assert.deepEqual(plaintext, Buffer.from(bytes))
      }),
    )
  })

  test('takes no byte of a GCM ciphertext changed for intact, nor a shorter tag', () => {
    const by = encryption('aes-256-gcm')
    const good = encryptContent('attack at dawn', by)
    const isIntact = (ciphertext: Buffer) =>
      decryptContent(cipher('aes-256-gcm'), by.contentKey, ciphertext).isIntact
    assert.ok(isIntact(good))
    for (let index = 0; index < good.length; index++) {
      const changed = Buffer.from(good)
      changed[index] = (changed[index] ?? 0) ^ 0x80
      assert.ok(!isIntact(changed), `byte ${index}`)
      assert.ok(!isIntact(good.subarray(0, index)), `${index} bytes`)
    }
  })

  test('takes a padding of 1 to 16 bytes, whatever they are, and no other', () => {
    const { contentKey } = encryption('aes-256-cbc')
    for (let last = 0; last < 256; last++) {
      const blocks = randomBytes(32)
      blocks[31] = last
      const ciphertext = encryptPadded(blocks, 'aes-256-cbc', contentKey)
      const decrypted = decryptContent(cipher('aes-256-cbc'), contentKey, ciphertext)
      const isGood = last >= 1 && last <= 16
      assert.equal(decrypted.isIntact, isGood, `padding of ${last}`)
      assert.deepEqual(decrypted.plaintext, blocks.subarray(0, isGood ? 32 - last : 32))
    }
  })

  test('answers any ciphertext, and never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 100 }), (name, bytes) => {
        const { contentKey } = encryption(name)
        const decrypted = decryptContent(cipher(name), contentKey, Buffer.from(bytes))
        assert.ok(decrypted.plaintext.length <= bytes.length)
        if (name.endsWith('gcm')) assert.ok(!decrypted.isIntact)
      }),
      { numRuns: 1000 },
    )
  })
})
