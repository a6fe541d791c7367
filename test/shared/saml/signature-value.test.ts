import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Hash, SignatureMethod, SignatureScheme } from '#shared/saml/algorithms.ts'
import { isSignedBy } from '#shared/saml/signature-value.ts'
import { keys, type SigningKey } from '#test/fixtures/saml/keys.ts'

const bytes = Buffer.from('what is signed')

const parameters = {
  'rsa-pkcs1': {},
  'rsa-pss': {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  },
  ecdsa: { dsaEncoding: 'ieee-p1363' },
} as const

const signAs = ({ scheme, hash }: SignatureMethod, key: KeyObject) =>
  sign(hash, bytes, { key, ...parameters[scheme] })

const hashes: readonly Hash[] = ['sha1', 'sha256', 'sha384', 'sha512']
const schemes: readonly SignatureScheme[] = ['rsa-pkcs1', 'rsa-pss', 'ecdsa']
const methods = schemes.flatMap((scheme) => hashes.map((hash) => ({ scheme, hash })))

const rsaKeys = { provider: keys.provider, rsa3072: keys.rsa3072, rsa4096: keys.rsa4096 }
const keysOf: Record<SignatureScheme, Record<string, SigningKey>> = {
  'rsa-pkcs1': rsaKeys,
  'rsa-pss': rsaKeys,
  ecdsa: { p256: keys.p256, p384: keys.p384 },
}

for (const method of methods) {
  for (const [name, { privateKey, publicKey }] of Object.entries(keysOf[method.scheme])) {
    const { scheme, hash } = method
    test(`isSignedBy knows what ${name} signed by ${scheme} with ${hash}, and nothing else`, () => {
      const value = signAs(method, privateKey)
      assert.equal(isSignedBy(publicKey, method, bytes, value), true)
      assert.equal(isSignedBy(publicKey, method, Buffer.from('else'), value), false)
      for (const other of methods.filter((one) => one !== method)) {
        assert.equal(isSignedBy(publicKey, other, bytes, value), false, JSON.stringify(other))
      }
      for (const [otherName, other] of Object.entries(keys)) {
        if (otherName === name) continue
        assert.equal(isSignedBy(other.publicKey, method, bytes, value), false, otherName)
      }
    })
  }
}

const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const secp521r1 = generateKeyPairSync('ec', { namedCurve: 'secp521r1' })

const unfit: readonly (readonly [string, SignatureMethod, KeyObject, Buffer])[] = [
  [
    'a key that is restricted to PSS',
    { scheme: 'rsa-pss', hash: 'sha256' },
    rsaPss.publicKey,
    sign('sha256', bytes, rsaPss.privateKey),
  ],
  [
    'an RSA key of 1024 bits',
    { scheme: 'rsa-pkcs1', hash: 'sha256' },
    rsa1024.publicKey,
    sign('sha256', bytes, rsa1024.privateKey),
  ],
  [
    'an RSA key of 1024 bits, by PSS',
    { scheme: 'rsa-pss', hash: 'sha256' },
    rsa1024.publicKey,
    signAs({ scheme: 'rsa-pss', hash: 'sha256' }, rsa1024.privateKey),
  ],
  [
    'a key on secp256k1, whose values are as long as those of P-256',
    { scheme: 'ecdsa', hash: 'sha256' },
    secp256k1.publicKey,
    signAs({ scheme: 'ecdsa', hash: 'sha256' }, secp256k1.privateKey),
  ],
  [
    'a key on P-521',
    { scheme: 'ecdsa', hash: 'sha512' },
    secp521r1.publicKey,
    signAs({ scheme: 'ecdsa', hash: 'sha512' }, secp521r1.privateKey),
  ],
  [
    'an Ed25519 key',
    { scheme: 'ecdsa', hash: 'sha512' },
    generateKeyPairSync('ed25519').publicKey,
    Buffer.alloc(64),
  ],
]
for (const [what, method, key, value] of unfit) {
  test(`isSignedBy passes over ${what}`, () => {
    assert.equal(isSignedBy(key, method, bytes, value), false)
  })
}

test('isSignedBy refuses any other value, by any method and key', () => {
  const cases = Object.values(keys).flatMap(({ publicKey }) =>
    methods.map((method) => ({ publicKey, method })),
  )
  const values = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    ...[64, 96, 256, 384, 512].map((length) =>
      fc.uint8Array({ minLength: length, maxLength: length }),
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...cases), values, ({ publicKey, method }, value) => {
      assert.equal(isSignedBy(publicKey, method, bytes, Buffer.from(value)), false)
    }),
    { numRuns: 2000 },
  )
})

test('isSignedBy refuses a good value of which one bit was changed', () => {
  const good = Object.entries(keysOf).flatMap(([scheme, ofScheme]) =>
    Object.values(ofScheme).map(({ privateKey, publicKey }) => {
      const method = { scheme: scheme as SignatureScheme, hash: 'sha256' as const }
      return { method, publicKey, value: signAs(method, privateKey) }
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.nat(), ({ method, publicKey, value }, at) => {
      const changed = Buffer.from(value)
      const index = (at >> 3) % value.length
      changed[index] = (changed[index] ?? 0) ^ (1 << (at & 7))
      assert.equal(isSignedBy(publicKey, method, bytes, changed), false)
    }),
    { numRuns: 1000 },
  )
})
