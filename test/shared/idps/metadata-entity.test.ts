import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findProvider } from '#shared/idps/metadata-entity.ts'
import { attributeOf } from '#shared/saml/xml-tree.ts'
import { swap } from '#test/fixtures/saml/edit-xml.ts'
import { plainMetadata, scanned } from './provider-metadata.ts'

const find = (xml: string) => findProvider(scanned(xml))

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata'
const SAML2 = 'urn:oasis:names:tc:SAML:2.0:protocol'
const SAML1 = 'urn:oasis:names:tc:SAML:1.1:protocol'
const listOf = (xml: string, name = 'all') =>
  `<EntitiesDescriptor Name="${name}" xmlns="${MD}">${xml}</EntitiesDescriptor>`
const speaking = (protocols: string) => swap(SAML2, protocols)(plainMetadata)
const serviceProvider = plainMetadata.replaceAll('IDPSSODescriptor', 'SPSSODescriptor')
const [role = ''] = /<IDPSSODescriptor.*<\/IDPSSODescriptor>/.exec(plainMetadata) ?? []

describe('findProvider', () => {
  const found = [
    ['alone', plainMetadata, []],
    ['that speaks SAML 1.1 as well', speaking(`${SAML1}&#10;${SAML2}`), []],
    [
      'with another role for SAML 1.1',
      swap(role, swap(SAML2, SAML1)(role) + role)(plainMetadata),
      [],
    ],
    [
      'among service providers, in a list of lists',
      listOf(serviceProvider + listOf(plainMetadata, 'inner'), 'outer'),
      ['outer', 'inner'],
    ],
  ] as const
  for (const [name, xml, lists] of found) {
    test(`finds a provider ${name}`, () => {
      const provider = find(xml)
      assert.ok(provider.ok)
      const { entity, role: one, around } = provider.value
      assert.equal(attributeOf(entity, 'entityID'), 'https://idp.example')
      assert.equal(one.parent, entity)
      assert.ok(attributeOf(one, 'protocolSupportEnumeration')?.includes(SAML2))
      assert.deepEqual(
        around.map((list) => attributeOf(list, 'Name')),
        lists,
      )
    })
  }

  const want = 'one IDPSSODescriptor'
  const refused = [
    ['a document of another kind', '<html/>', { cause: 'metadata_entity_missing', got: 'html' }],
    [
      'an entity of another namespace',
      swap(MD, 'urn:other')(plainMetadata),
      { cause: 'metadata_entity_missing', got: 'EntityDescriptor' },
    ],
    ['an empty list', listOf(''), { cause: 'metadata_entity_missing', got: 'EntitiesDescriptor' }],
    ['a service provider', serviceProvider, { cause: 'metadata_idp_missing', want }],
    ['a provider for SAML 1.1 alone', speaking(SAML1), { cause: 'metadata_idp_missing', want }],
    [
      'a provider for a protocol of a longer name',
      speaking(`${SAML2}2`),
      { cause: 'metadata_idp_missing', want },
    ],
    [
      'a role that names no protocol',
      swap(` protocolSupportEnumeration="${SAML2}"`, '')(plainMetadata),
      { cause: 'metadata_idp_missing', want },
    ],
    [
      'a list of two providers',
      listOf(plainMetadata + plainMetadata),
      { cause: 'metadata_several_providers', got: '2', want },
    ],
    [
      'two roles for SAML 2.0',
      swap(role, role + role)(plainMetadata),
      { cause: 'metadata_several_providers', got: '2', want },
    ],
  ] as const
  for (const [name, xml, error] of refused) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(find(xml), { ok: false, error })
    })
  }
})
