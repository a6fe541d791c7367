import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { METADATA_LIMIT, readMetadata } from '#shared/idps/read-metadata.ts'
import { type Edit, swap } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { plainMetadata, shapes } from './provider-metadata.ts'

const fingerprintOf = (certificate: string) =>
  createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex')

const read = (xml: string) => readMetadata(Buffer.from(xml))

describe('readMetadata reads metadata as of', () => {
  for (const [name, { xml, entityId, singleSignOnUrl, keys: certificates }] of Object.entries(
    shapes,
  )) {
    test(name, () => {
      const metadata = read(xml)
      assert.ok(metadata.ok, JSON.stringify(metadata))
      const { signingKeys, ...rest } = metadata.value
      assert.deepEqual(rest, { entityId, singleSignOnUrl })
      assert.deepEqual(
        signingKeys.map(({ fingerprint }) => fingerprint),
        certificates.map(fingerprintOf),
      )
    })
  }
})

const { certificate } = keys.provider
const inFront =
  (text: string): Edit =>
  (xml) =>
    text + xml
const afterStart =
  (text: string): Edit =>
  (xml) =>
    xml.replace('>', () => `>${text}`)

const refused: readonly (readonly [string, Edit, string])[] = [
  ['an empty document', () => '', 'xml_not_well_formed'],
  ['a document without end', swap('</EntityDescriptor>', ''), 'xml_not_well_formed'],
  ['a DOCTYPE', inFront('<!DOCTYPE EntityDescriptor>'), 'xml_forbidden_construct'],
  [
    'a DOCTYPE with entities',
    inFront('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
    'xml_forbidden_construct',
  ],
  ['CDATA', afterStart('<![CDATA[<!--]]>'), 'xml_forbidden_construct'],
  ['a comment without end', afterStart('<!-- '), 'xml_forbidden_construct'],
  ['a comment with two hyphens', afterStart('<!-- -- -->'), 'xml_forbidden_construct'],
  ['a second XML declaration', afterStart('<?xml version="1.0"?>'), 'xml_forbidden_construct'],
  [
    'a comment inside a tag',
    swap('<EntityDescriptor entityID', '<EntityDescriptor <!-- --> entityID'),
    'xml_not_well_formed',
  ],
  [
    'a comment inside an attribute',
    swap('https://idp.example"', 'https://idp.<!-- -->example"'),
    'xml_not_well_formed',
  ],
  ['another encoding', inFront('<?xml version="1.0" encoding="UTF-16"?>'), 'xml_not_well_formed'],
  ['an unknown entity', afterStart('&b;'), 'xml_forbidden_construct'],
  ['an unbound prefix', afterStart('<x:y/>'), 'xml_namespace'],
  ['an attribute twice', swap(' entityID', ' entityID="a" entityID'), 'xml_duplicate_attribute'],
  ['more nesting than anybody needs', afterStart('<a>'.repeat(64)), 'xml_limit'],
  ['a document of another kind', () => '<html/>', 'metadata_entity_missing'],
  [
    'a list of two entities',
    (xml) =>
      `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${xml}${xml}</EntitiesDescriptor>`,
    'metadata_entity_missing',
  ],
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
  [
    'a service provider',
    (xml) => xml.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    'metadata_idp_missing',
  ],
  [
    'a provider that speaks only SAML 1.1',
    swap('urn:oasis:names:tc:SAML:2.0:protocol', 'urn:oasis:names:tc:SAML:1.1:protocol'),
    'metadata_idp_missing',
  ],
  [
    'two roles for SAML 2.0',
    (xml) => {
      const [role = ''] = /<IDPSSODescriptor.*<\/IDPSSODescriptor>/.exec(xml) ?? []
      return xml.replace(role, () => role + role)
    },
    'metadata_idp_missing',
  ],
  ['no address for HTTP-Redirect', swap('HTTP-Redirect', 'HTTP-POST'), 'metadata_redirect_missing'],
  [
    'an address that is a script',
    swap('https://idp.example/sso', 'javascript:alert(1)'),
    'metadata_sign_on_url',
  ],
  [
    'an address without a host',
    swap('https://idp.example/sso', 'https://'),
    'metadata_sign_on_url',
  ],
  ['no address', swap(' Location="https://idp.example/sso"', ''), 'metadata_sign_on_url'],
  [
    'no key',
    (xml) => xml.replace(/<KeyDescriptor.*<\/KeyDescriptor>/, ''),
    'metadata_signing_key_missing',
  ],
  [
    'a key for encryption alone',
    swap('use="signing"', 'use="encryption"'),
    'metadata_signing_key_missing',
  ],
  [
    'a key without certificate',
    (xml) => xml.replace(/<X509Data>.*<\/X509Data>/, '<KeyName>k</KeyName>'),
    'metadata_signing_key_missing',
  ],
  ['a certificate that is none', swap(certificate, 'AAAA'), 'certificate_malformed'],
  [
    'an element inside a certificate',
    swap(certificate, `<a/>${certificate}`),
    'certificate_malformed',
  ],
]
for (const [name, edit, cause] of refused) {
  test(`readMetadata refuses ${name}`, () => {
    const metadata = read(edit(plainMetadata))
    assert.equal(metadata.ok ? 'accepted' : metadata.error.cause, cause)
  })
}

test('readMetadata refuses what is not UTF-8', () => {
  const metadata = readMetadata(Buffer.from(plainMetadata, 'utf16le').fill(0xff, 0, 1))
  assert.deepEqual(metadata, { ok: false, error: { cause: 'xml_not_utf8' } })
})

test('readMetadata reads up to one megabyte', () => {
  const padding = METADATA_LIMIT - Buffer.byteLength(plainMetadata) - 7
  const largest = `${plainMetadata}<!--${' '.repeat(padding)}-->`
  assert.equal(Buffer.byteLength(largest), METADATA_LIMIT)
  assert.equal(read(largest).ok, true)
  assert.deepEqual(read(`${largest} `), { ok: false, error: { cause: 'xml_too_large' } })
})

test('readMetadata ignores comments and instructions wherever they may stand', () => {
  const places = [...plainMetadata.matchAll(/(?<=>)|(?<=A)(?=[^<>"]*<\/X509)|^/g)].map(
    ({ index }) => index,
  )
  const omitted = fc.constantFrom('<!---->', '<!-- a > "b" <c/> -->', '<?pi?>', '<?pi <!-- ?>')
  const plain = read(plainMetadata)
  assert.ok(plain.ok)
  fc.assert(
    fc.property(fc.constantFrom(...places), omitted, (at, text) => {
      const xml = plainMetadata.slice(0, at) + text + plainMetadata.slice(at)
      assert.deepEqual(read(xml), plain)
    }),
  )
})

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
      const metadata = readMetadata(bytes)
      assert.ok(metadata.ok || /^(?:xml|metadata|certificate)_/.test(metadata.error.cause))
    }),
    { numRuns: 1000 },
  )
})
