import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetadataDocument } from '#shared/idps/metadata-document.ts'
import { certificatePreview, preview } from '#shared/idps/preview.ts'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { newCertificates } from './certificates.ts'
import { connection, keyNamed } from './connection.ts'
import { plainMetadata, shapes } from './provider-metadata.ts'

const DAY = 24 * 3600
const now = Date.UTC(2027, 0, 1) / 1000

const documentOf = (xml: string) => {
  const document = readMetadata(Buffer.from(xml), now)
  assert.ok(document.ok, JSON.stringify(document))
  return document.value
}

test('preview shows what was read', () => {
  const [, okta] = Object.values(shapes)
  assert.ok(okta)
  const document = documentOf(okta.xml)
  const [key] = document.connection.signingKeys
  assert.ok(key)
  const url = 'https://acme.okta.com/app/acme_latchkey_1/exk1a2b3c4/sso/saml'
  assert.deepEqual(preview(document, now), {
    entityId: 'http://www.okta.com/exk1a2b3c4',
    singleSignOn: { binding: 'redirect', url },
    singleSignOnServices: [
      { binding: 'redirect', url },
      { binding: 'post', url },
    ],
    singleLogoutServices: [],
    wantsSignedRequests: false,
    certificates: [certificatePreview(key, now)],
    nameIdFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    kind: 'okta',
    warnings: [{ code: 'certificate_single' }, { code: 'single_logout_missing' }],
  })
})

test('preview shows certificates with their state, and warns of those that need a look', async () => {
  const validities = [
    { notBefore: now - 800 * DAY, notAfter: now - 0.5 * DAY },
    { notBefore: now - 10 * DAY, notAfter: now + 89.5 * DAY },
    { notBefore: now - 10 * DAY, notAfter: now + 91 * DAY },
    { notBefore: now + DAY, notAfter: now + 400 * DAY },
  ]
  const certificates: string[] = []
  for (const validity of validities) certificates.push(...(await newCertificates(1, validity)))
  const { certificate } = keys.provider
  const role = plainMetadata.slice(plainMetadata.indexOf('<Key'), plainMetadata.indexOf('<Single'))
  const all = certificates.map((text) => role.replace(certificate, () => text)).join('')
  const shown = preview(documentOf(plainMetadata.replace(role, () => all)), now)
  assert.deepEqual(
    shown.certificates.map(({ state, daysLeft, notAfter, keyType }) => [
      state,
      daysLeft,
      notAfter,
      keyType,
    ]),
    [
      ['expired', 0, now - 0.5 * DAY, 'RSA 2048'],
      ['expiring', 90, now + 89.5 * DAY, 'RSA 2048'],
      ['ok', 91, now + 91 * DAY, 'RSA 2048'],
      ['not_yet_valid', 400, now + 400 * DAY, 'RSA 2048'],
    ],
  )
  const fingerprints = shown.certificates.map(({ fingerprint }) => fingerprint)
  assert.deepEqual(shown.warnings, [
    { code: 'certificate_expired', field: 'certificates[0]', got: fingerprints[0] },
    { code: 'certificate_expiring', field: 'certificates[1]', got: fingerprints[1] },
    { code: 'certificate_not_yet_valid', field: 'certificates[3]', got: fingerprints[3] },
    { code: 'single_logout_missing' },
  ])
})

const bare: MetadataDocument = {
  connection: connection({
    signingKeys: [keyNamed('a', { keyType: 'RSA 2048' }), keyNamed('b', { keyType: 'EC P-256' })],
    singleLogout: { binding: 'redirect', url: 'https://idp.example/slo' },
  }),
  singleSignOnServices: [],
  singleLogoutServices: [],
  nameIdFormats: [],
  warnings: [],
}

test('preview warns of nothing where all is well', () => {
  assert.deepEqual(preview({ ...bare, validUntil: now + DAY + 1 }, now).warnings, [])
})

test('preview warns of metadata that ends within a day, behind what was found when reading', () => {
  const found = { code: 'http_endpoint', field: 'singleSignOn.url' } as const
  assert.deepEqual(preview({ ...bare, warnings: [found], validUntil: now + DAY }, now).warnings, [
    found,
    { code: 'metadata_expiring', got: '2027-01-02T00:00:00.000Z' },
  ])
})

test('preview shows no key, only what names it', () => {
  assert.equal(JSON.stringify(preview(documentOf(plainMetadata), now)).includes('spki'), false)
})
