import assert from 'node:assert/strict'
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { generate } from 'selfsigned'
import { publicKeyOf } from '#shared/idps/public-key.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'

const { certificate } = keys.provider
const der = Buffer.from(certificate, 'base64')
const pem = new X509Certificate(der).toString()
const inLines = (columns: number, lineEnd: string) =>
  certificate.replace(new RegExp(`.{1,${columns}}`, 'g'), `$&${lineEnd}`)

type Names = Parameters<typeof generate>[0]

const selfSigned = async (
  options: Parameters<typeof generate>[1],
  names: Names = [{ name: 'commonName', value: 'test' }],
) => (await generate(names, { algorithm: 'sha256', ...options })).cert

const subjects: readonly (readonly [string, Names, string | undefined])[] = [
  ['no common name', [{ shortName: 'O', value: 'Example' }], undefined],
  [
    'the last of two common names',
    [
      { name: 'commonName', value: 'Example' },
      { name: 'commonName', value: 'idp' },
    ],
    'idp',
  ],
  ['another script', [{ name: 'commonName', value: 'Ünïversität 漢' }], 'Ünïversität 漢'],
  [
    '200 characters of a longer name',
    [{ name: 'commonName', value: 'x'.repeat(300) }],
    'x'.repeat(200),
  ],
]
// All that is waited for stands before the first test: node:test ends once those it knows have ended.
const named = await Promise.all(
  subjects.map(
    async ([what, names, subject]) => [what, await selfSigned({}, names), subject] as const,
  ),
)
const shortKey = await selfSigned({ keySize: 1024 })

const accepted = [
  ['PEM', pem],
  ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
  ['PEM among other text', `Bag Attributes\n  friendlyName: idp\n${pem}\nKey follows\n`],
  ['PEM in one line', `-----BEGIN CERTIFICATE-----${certificate}-----END CERTIFICATE-----`],
  [
    'PEM with the label of old tools',
    pem.replaceAll('BEGIN CERT', 'BEGIN X509 CERT').replaceAll('END CERT', 'END X509 CERT'),
  ],
  ['bare base64', certificate],
  ['base64 in lines of 64', inLines(64, '\n')],
  ['base64 in lines of 76 with CRLF and spaces around', `  ${inLines(76, '\r\n')}\t`],
  ['DER', der],
  ['a file of PEM', Buffer.from(pem)],
  ['a file of base64', Buffer.from(certificate)],
] as const
for (const [name, input] of accepted) {
  test(`readCertificate reads ${name}`, () => {
    assert.deepEqual(readCertificate(input), {
      ok: true,
      value: {
        fingerprint: createHash('sha256').update(der).digest('hex'),
        spki: keys.provider.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        notBefore: Date.parse(new X509Certificate(der).validFrom) / 1000,
        notAfter: Date.parse(new X509Certificate(der).validTo) / 1000,
        keyType: 'RSA 2048',
        subject: 'provider.example.com',
      },
    })
  })
}

const keyTypes = [
  ['rsa3072', 'RSA 3072'],
  ['rsa4096', 'RSA 4096'],
  ['p256', 'EC P-256'],
  ['p384', 'EC P-384'],
] as const
for (const [name, keyType] of keyTypes) {
  test(`readCertificate reads one whose key is ${keyType}`, () => {
    const read = readCertificate(keys[name].certificate)
    assert.ok(read.ok)
    assert.equal(read.value.keyType, keyType)
    assert.ok(publicKeyOf(read.value.spki).equals(keys[name].publicKey))
  })
}

for (const [what, text, subject] of named) {
  test(`readCertificate says who the subject is: ${what}`, () => {
    const read = readCertificate(text)
    assert.ok(read.ok)
    assert.equal(read.value.subject, subject)
    assert.equal('subject' in read.value, subject !== undefined)
  })
}

/** The provider's certificate with another key in it: nobody asks who signed it. */
function certificateFor(key: Buffer): Buffer {
  const [certificateStart, bodyStart] = [4, 8] // each behind a tag and a length of two bytes
  const old = keys.provider.publicKey.export({ type: 'spki', format: 'der' })
  const at = der.indexOf(old)
  const bodyEnd = bodyStart + der.readUInt16BE(certificateStart + 2)
  const body = [der.subarray(bodyStart, at), key, der.subarray(at + old.length, bodyEnd)]
  return sequence(sequence(...body), der.subarray(bodyEnd))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const head = Buffer.from([0x30, 0x82, 0, 0])
  head.writeUInt16BE(content.length, 2)
  return Buffer.concat([head, content])
}

function spki(type: string, options: object = {}): Buffer {
  const generatePair: (type: string, options: object) => { publicKey: KeyObject } =
    generateKeyPairSync as never
  return generatePair(type, options).publicKey.export({ type: 'spki', format: 'der' })
}

/** The provider's modulus with another exponent, in base64url. */
function rsaSpki(e: string): Buffer {
  const jwk = { ...keys.provider.publicKey.export({ format: 'jwk' }), e }
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
}

const want = 'RSA, EC P-256, EC P-384'

const refused = [
  ['nothing', '', { cause: 'certificate_malformed' }],
  ['text', 'please paste your certificate', { cause: 'certificate_malformed' }],
  ['base64 of something else', btoa('not a certificate'), { cause: 'certificate_malformed' }],
  ['a certificate without its end', certificate.slice(0, 400), { cause: 'certificate_malformed' }],
  [
    'a certificate with something behind it',
    Buffer.concat([der, Buffer.from([0])]).toString('base64'),
    { cause: 'certificate_malformed' },
  ],
  [
    'base64url',
    certificate.replaceAll('+', '-').replaceAll('/', '_'),
    { cause: 'certificate_malformed' },
  ],
  [
    'a private key',
    keys.provider.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    { cause: 'certificate_malformed' },
  ],
  [
    'a public key',
    keys.provider.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    { cause: 'certificate_malformed' },
  ],
  [
    'more text than any certificate has',
    `${pem}${' '.repeat(64 * 1024)}`,
    { cause: 'certificate_malformed' },
  ],
  ['two certificates', pem + pem, { cause: 'certificate_several', got: '2' }],
  ['nothing in a file', Buffer.alloc(0), { cause: 'certificate_malformed' }],
  ['DER without its end', der.subarray(0, -1), { cause: 'certificate_malformed' }],
  [
    'DER with something behind it',
    Buffer.concat([der, Buffer.from('\n')]),
    { cause: 'certificate_malformed' },
  ],
  [
    'a file of two certificates',
    Buffer.from(pem + pem),
    { cause: 'certificate_several', got: '2' },
  ],
  [
    'a file larger than any certificate',
    Buffer.concat([der, Buffer.alloc(64 * 1024)]),
    { cause: 'certificate_malformed' },
  ],
  [
    'a key on another curve',
    certificateFor(spki('ec', { namedCurve: 'secp521r1' })),
    { cause: 'certificate_key_type', got: 'ec secp521r1', want },
  ],
  [
    'a key on a curve of the same size',
    certificateFor(spki('ec', { namedCurve: 'secp256k1' })),
    { cause: 'certificate_key_type', got: 'ec secp256k1', want },
  ],
  [
    'a key whose curve is written out',
    certificateFor(spki('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })),
    { cause: 'certificate_key_type', got: 'ec explicit parameters', want },
  ],
  [
    'an RSA key that is restricted to PSS',
    certificateFor(spki('rsa-pss', { modulusLength: 2048 })),
    { cause: 'certificate_key_type', got: 'rsa-pss', want },
  ],
  [
    'an Ed25519 key',
    certificateFor(spki('ed25519')),
    { cause: 'certificate_key_type', got: 'ed25519', want },
  ],
  [
    'an RSA key whose exponent is 1',
    certificateFor(rsaSpki('AQ')),
    { cause: 'certificate_key_type', got: 'rsa, exponent 1' },
  ],
  [
    'an RSA key whose exponent is even',
    certificateFor(rsaSpki('AQAA')),
    { cause: 'certificate_key_type', got: 'rsa, exponent 65536' },
  ],
  ['a short RSA key', shortKey, { cause: 'certificate_key_length', got: '1024', want: '2048' }],
] as const
for (const [name, input, error] of refused) {
  test(`readCertificate refuses ${name}`, () => {
    assert.deepEqual(readCertificate(input), { ok: false, error })
  })
}

test('readCertificate gives a key that can verify', () => {
  const read = readCertificate(pem)
  assert.ok(read.ok)
  const key = createPublicKey({
    key: Buffer.from(read.value.spki, 'base64'),
    format: 'der',
    type: 'spki',
  })
  assert.ok(key.equals(keys.provider.publicKey))
})

test('readCertificate answers any text and any bytes, changed certificates among them', () => {
  const changed = fc
    .tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, change]) => {
      const bytes = Buffer.from(der)
      bytes[at] = (bytes[at] ?? 0) ^ change
      return bytes
    })
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    changed,
  )
  const inputs = fc.oneof(
    fc.string(),
    fc.base64String(),
    bytes,
    bytes.map((input) => input.toString('base64')),
  )
  fc.assert(
    fc.property(inputs, (input) => {
      const read = readCertificate(input)
      assert.ok(read.ok || read.error.cause.startsWith('certificate_'))
    }),
    { numRuns: 1000 },
  )
})
