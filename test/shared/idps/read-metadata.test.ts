import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { MetadataDocument } from '#shared/idps/metadata-document.ts'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import { type Edit, swap } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { keyDescriptor, plainMetadata, service, shapes } from './provider-metadata.ts'

const fingerprintOf = (certificate: string) =>
  createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex')

const now = Date.UTC(2026, 0, 1) / 1000
const read = (xml: string) => readMetadata(Buffer.from(xml), now)

describe('readMetadata reads metadata as of', () => {
  for (const [name, shape] of Object.entries(shapes)) {
    const { entityId, singleSignOnUrl: url, bindings = ['redirect'], also } = shape
    test(name, () => {
      const metadata = read(shape.xml)
      assert.ok(metadata.ok, JSON.stringify(metadata))
      const { connection, ...rest } = metadata.value
      const [singleLogout] = also?.singleLogoutServices ?? []
      const { signingKeys, ...said } = connection
      assert.deepEqual(said, {
        entityId,
        singleSignOn: { binding: 'redirect', url },
        ...(singleLogout && { singleLogout }),
        wantsSignedRequests: shape.wantsSignedRequests ?? false,
      })
      assert.deepEqual(
        signingKeys.map(({ fingerprint }) => fingerprint),
        shape.keys.map(fingerprintOf),
      )
      assert.deepEqual(rest, {
        singleSignOnServices: bindings.map((binding) => ({ binding, url })),
        singleLogoutServices: [],
        nameIdFormats: [],
        warnings: [],
        ...also,
      })
    })
  }
})

const { certificate } = keys.provider
const inFront =
  (text: string): Edit =>
  (xml) =>
    text + xml
const inRole =
  (text: string): Edit =>
  (xml) =>
    xml.replace('</IDPSSODescriptor>', () => `${text}</IDPSSODescriptor>`)
const valid = (until: string) =>
  swap('<EntityDescriptor ', `<EntityDescriptor validUntil="${until}" `)
const refused: readonly (readonly [string, Edit, string])[] = [
  ['a DOCTYPE', inFront('<!DOCTYPE EntityDescriptor>'), 'xml_forbidden_construct'],
  ['a document of another kind', () => '<html/>', 'metadata_entity_missing'],
  ['no entity ID', swap(' entityID="https://idp.example"', ''), 'metadata_entity_id'],
  [
    'an empty entity ID',
    swap('entityID="https://idp.example"', 'entityID=" "'),
    'metadata_entity_id',
  ],
  [
    'an entity ID beyond the length that SAML allows',
    swap('https://idp.example"', `https://idp.example/${'a'.repeat(1024)}"`),
    'metadata_entity_id',
  ],
  ['a service provider', (xml) => xml.replaceAll('IDPSSO', 'SPSSO'), 'metadata_idp_missing'],
  ['an address for SOAP alone', swap('HTTP-Redirect', 'SOAP'), 'metadata_sign_on_missing'],
  ['an end that has passed', valid('2025-12-31T23:59:59Z'), 'metadata_expired'],
  ['an end that is now', valid('2026-01-01T00:00:00Z'), 'metadata_expired'],
  ['an end that is no time', valid('next year'), 'metadata_valid_until'],
  [
    'an end of its role',
    swap('<IDPSSODescriptor ', '<IDPSSODescriptor validUntil="2025-01-01T00:00:00Z" '),
    'metadata_expired',
  ],
  [
    'an end of the list that it stands in',
    (xml) =>
      `<EntitiesDescriptor validUntil="2025-01-01T00:00:00Z" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${xml}</EntitiesDescriptor>`,
    'metadata_expired',
  ],
  ['a certificate that is none', swap(certificate, 'AAAA'), 'certificate_malformed'],
]
for (const [name, edit, cause] of refused) {
  test(`readMetadata refuses ${name}`, () => {
    const metadata = read(edit(plainMetadata))
    assert.equal(metadata.ok ? 'accepted' : metadata.error.cause, cause)
  })
}

const accepted: readonly (readonly [
  string,
  Edit,
  (document: MetadataDocument) => unknown,
  unknown,
])[] = [
  [
    'the wish for signed requests as 1',
    swap('<IDPSSODescriptor ', '<IDPSSODescriptor WantAuthnRequestsSigned="1" '),
    ({ connection }) => connection.wantsSignedRequests,
    true,
  ],
  [
    'the earliest end and the shortest time in caches',
    (xml) =>
      `<EntitiesDescriptor validUntil="2027-01-01T00:00:00Z" cacheDuration="P1D" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${xml.replace(
        '<EntityDescriptor ',
        '<EntityDescriptor validUntil="2026-06-01T00:00:00.5Z" cacheDuration="PT6H" ',
      )}</EntitiesDescriptor>`,
    ({ validUntil, cacheDuration }) => [validUntil, cacheDuration],
    [Date.UTC(2026, 5, 1) / 1000, 6 * 3600],
  ],
  [
    'past a time in caches that is none',
    swap('<EntityDescriptor ', '<EntityDescriptor cacheDuration="soon" '),
    ({ cacheDuration }) => cacheDuration,
    undefined,
  ],
  [
    'the organization, as it is shown',
    (xml) =>
      xml.replace(
        '</EntityDescriptor>',
        '<Organization><OrganizationName xml:lang="en">acme</OrganizationName><OrganizationDisplayName xml:lang="en"> Acme Ünited </OrganizationDisplayName></Organization></EntityDescriptor>',
      ),
    ({ organizationName }) => organizationName,
    'Acme Ünited',
  ],
  [
    'the name of the organization where none is shown, and none that is too long',
    (xml) => {
      const named = (name: string) => `<OrganizationName>${name}</OrganizationName>`
      const names = ['x'.repeat(257), ' ', 'acme'].map(named).join('')
      return xml.replace(
        '</EntityDescriptor>',
        `<Organization>${names}</Organization></EntityDescriptor>`,
      )
    },
    ({ organizationName }) => organizationName,
    'acme',
  ],
  [
    'no organization without a name',
    swap('</EntityDescriptor>', '<Organization/></EntityDescriptor>'),
    ({ organizationName }) => organizationName,
    undefined,
  ],
  [
    'addresses without TLS and on private networks, with warnings',
    (xml) =>
      inRole(service('SingleLogoutService', 'HTTP-Redirect', 'https://192.168.1.20/slo'))(
        xml.replace('https://idp.example/sso', 'http://localhost/sso'),
      ),
    ({ warnings }) => warnings,
    [
      { code: 'http_endpoint', field: 'singleSignOn.url', got: 'http://localhost/sso' },
      { code: 'private_endpoint', field: 'singleSignOn.url', got: 'http://localhost/sso' },
      { code: 'private_endpoint', field: 'singleLogout.url', got: 'https://192.168.1.20/slo' },
    ],
  ],
  [
    'past a certificate that cannot be used, with a warning',
    inRole(keyDescriptor('AAAA') + keyDescriptor(keys.next.certificate)),
    ({ connection, warnings }) => [
      connection.signingKeys.map(({ fingerprint }) => fingerprint),
      warnings,
    ],
    [
      [certificate, keys.next.certificate].map(fingerprintOf),
      [{ code: 'certificate_unusable', field: 'certificates[1]', got: 'certificate_malformed' }],
    ],
  ],
]
for (const [name, edit, partOf, want] of accepted) {
  test(`readMetadata reads ${name}`, () => {
    const metadata = read(edit(plainMetadata))
    assert.ok(metadata.ok, JSON.stringify(metadata))
    assert.deepEqual(partOf(metadata.value), want)
  })
}

test('readMetadata answers any bytes, changed metadata among them', () => {
  const pieces = [
    '<!--',
    '-->',
    '<?',
    '?>',
    '<![CDATA[',
    ']]>',
    '"',
    '<',
    '>',
    '&amp;',
    '&#0;',
    ' ',
  ]
  const changed = fc
    .tuple(fc.nat(plainMetadata.length), fc.nat(20), fc.constantFrom(...pieces))
    .map(
      ([at, length, piece]) =>
        plainMetadata.slice(0, at) + piece + plainMetadata.slice(at + length),
    )
    .map((xml) => Buffer.from(xml))
  const anything = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    changed,
  )
  fc.assert(
    fc.property(anything, (bytes) => {
      const metadata = readMetadata(bytes, now)
      assert.ok(metadata.ok || /^(?:xml|metadata|certificate)_/.test(metadata.error.cause))
    }),
    { numRuns: 1000 },
  )
})
