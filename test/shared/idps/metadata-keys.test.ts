import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readSigningKeys } from '#shared/idps/metadata-keys.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { swap } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { newCertificates } from './certificates.ts'
import { keyDescriptor, roleOf } from './provider-metadata.ts'

const read = (...elements: readonly string[]) => readSigningKeys(roleOf(...elements))

const [current, next] = [keys.provider.certificate, keys.next.certificate]
const keyOf = (certificate: string) => {
  const key = readCertificate(certificate)
  assert.ok(key.ok)
  return key.value
}
const used = (use: string, certificate: string) =>
  swap('<KeyDescriptor', `<KeyDescriptor use="${use}"`)(keyDescriptor(certificate))
const element = (certificate: string) => `<X509Certificate>${certificate}</X509Certificate>`

describe('readSigningKeys', () => {
  const taken = [
    ['keys without use', [keyDescriptor(current), keyDescriptor(next)], [current, next]],
    ['none for encryption', [used('encryption', current), used('signing', next)], [next]],
    [
      'each once',
      [keyDescriptor(next), keyDescriptor(current), keyDescriptor(next)],
      [next, current],
    ],
    [
      "no issuer's key",
      [swap(element(current), element(current) + element(next))(keyDescriptor(current))],
      [current],
    ],
    [
      'both of two in elements of their own',
      [
        swap(
          '</X509Data>',
          `</X509Data><X509Data>${element(next)}</X509Data>`,
        )(keyDescriptor(current)),
      ],
      [current, next],
    ],
  ] as const
  for (const [name, descriptors, certificates] of taken) {
    test(`reads ${name}`, () => {
      const signingKeys = certificates.map(keyOf)
      assert.deepEqual(read(...descriptors), { ok: true, value: { signingKeys, warnings: [] } })
    })
  }

  test('passes over what cannot be used, with a warning', () => {
    const warning = { code: 'certificate_unusable', got: 'certificate_malformed' }
    const found = read(...['AAAA', current, ''].map(keyDescriptor))
    assert.deepEqual(found, {
      ok: true,
      value: {
        signingKeys: [keyOf(current)],
        warnings: [
          { ...warning, field: 'certificates[0]' },
          { ...warning, field: 'certificates[2]' },
        ],
      },
    })
  })

  const refused = [
    ['no key', [], 'metadata_signing_key_missing'],
    ['a key for encryption alone', [used('encryption', current)], 'metadata_signing_key_missing'],
    [
      'a key without certificate',
      [keyDescriptor(current).replace(/<X509Data>.*<\/X509Data>/, '<KeyName>k</KeyName>')],
      'metadata_signing_key_missing',
    ],
    [
      'X509Data without certificate',
      [swap(element(current), '<X509SKI>AA==</X509SKI>')(keyDescriptor(current))],
      'metadata_signing_key_missing',
    ],
    ['a certificate that is none', [keyDescriptor('AAAA')], 'certificate_malformed'],
    ['an element inside a certificate', [keyDescriptor(`<a/>${current}`)], 'certificate_malformed'],
    [
      'the first of several that cannot be used',
      [
        keyDescriptor('-----BEGIN CERTIFICATE----------END CERTIFICATE-----'.repeat(2)),
        keyDescriptor('AAAA'),
      ],
      'certificate_several',
    ],
    [
      'more certificates than anybody looks through, though they are the same',
      [keyDescriptor(current).repeat(51)],
      'metadata_too_many_keys',
    ],
  ] as const
  for (const [name, descriptors, cause] of refused) {
    test(`refuses ${name}`, () => {
      const signingKeys = read(...descriptors)
      assert.equal(signingKeys.ok ? 'taken' : signingKeys.error.cause, cause)
    })
  }

  test('reads up to ten keys, and fifty certificates', async () => {
    const descriptors = (await newCertificates(11)).map(keyDescriptor)
    const [first = ''] = descriptors
    const ten = read(...descriptors.slice(0, 10), first.repeat(40))
    assert.equal(ten.ok && ten.value.signingKeys.length, 10)
    const error = { cause: 'metadata_too_many_keys', got: '11', want: '10' }
    assert.deepEqual(read(...descriptors), { ok: false, error })
  })

  test('answers any text for a certificate', () => {
    const text = fc.oneof(fc.base64String(), fc.stringMatching(/^[A-Za-z0-9+/= \n\t-]*$/))
    fc.assert(
      fc.property(text, (certificate) => {
        const signingKeys = read(keyDescriptor(certificate))
        assert.ok(!signingKeys.ok && signingKeys.error.cause.startsWith('certificate_'))
      }),
    )
  })
})
