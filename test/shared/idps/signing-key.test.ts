import assert from 'node:assert/strict'
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { generate } from 'selfsigned'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'

const { certificate } = keys.provider
const der = Buffer.from(certificate, 'base64')
const pem = new X509Certificate(der).toString()
const inLines = (columns: number, lineEnd: string) =>
  certificate.replace(new RegExp(`.{1,${columns}}`, 'g'), `$&${lineEnd}`)

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
] as const
for (const [name, text] of accepted) {
  test(`readCertificate reads ${name}`, () => {
    assert.deepEqual(readCertificate(text), {
      ok: true,
      value: {
        fingerprint: createHash('sha256').update(der).digest('hex'),
        spki: keys.provider.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        notAfter: Date.parse(new X509Certificate(der).validTo) / 1000,
      },
    })
  })
}

const selfSigned = async (options: Parameters<typeof generate>[1]) =>
  (await generate([{ name: 'commonName', value: 'test' }], { algorithm: 'sha256', ...options }))
    .cert

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
  [
    'a key on an elliptic curve',
    await selfSigned({ keyType: 'ec' }),
    { cause: 'certificate_key_type', got: 'ec', want: 'rsa' },
  ],
  [
    'a short RSA key',
    await selfSigned({ keySize: 1024 }),
    { cause: 'certificate_key_length', got: '1024', want: '2048' },
  ],
] as const
for (const [name, text, error] of refused) {
  test(`readCertificate refuses ${name}`, () => {
    assert.deepEqual(readCertificate(text), { ok: false, error })
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

test('readCertificate answers any text, changed certificates among them', () => {
  const changed = fc
    .tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, change]) => {
      const bytes = Buffer.from(der)
      bytes[at] = (bytes[at] ?? 0) ^ change
      return bytes.toString('base64')
    })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), changed), (text) => {
      const read = readCertificate(text)
      assert.ok(read.ok || read.error.cause.startsWith('certificate_'))
    }),
    { numRuns: 500 },
  )
})
