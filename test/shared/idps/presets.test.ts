import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesFor, presets } from '#shared/idps/presets.ts'
import { providerKinds } from '#shared/idps/types.ts'

const fields = ['email', 'givenName', 'familyName', 'displayName', 'groups', 'subject'] as const

for (const kind of providerKinds) {
  test(`namesFor puts the names of ${kind} before the common ones`, () => {
    const names = namesFor({ kind, attributeNames: {} })
    const common = namesFor({ attributeNames: {} })
    for (const field of fields) {
      const preset = presets[kind][field] ?? []
      assert.deepEqual(names[field].slice(0, preset.length), preset)
      assert.deepEqual(new Set(names[field]), new Set([...preset, ...common[field]]))
      assert.equal(new Set(names[field]).size, names[field].length)
    }
  })
}

test('namesFor reads what an admin has decided and nothing else', () => {
  const names = namesFor({ kind: 'okta', attributeNames: { email: ['Adresse'], groups: [] } })
  assert.deepEqual(names.email, ['Adresse'])
  assert.deepEqual(names.groups, [])
  assert.deepEqual(names.givenName, namesFor({ kind: 'okta', attributeNames: {} }).givenName)
})

test('namesFor knows the object identifiers of Shibboleth', () => {
  const names = namesFor({ kind: 'shibboleth', attributeNames: {} })
  assert.equal(names.email[0], 'urn:oid:0.9.2342.19200300.100.1.3')
  assert.deepEqual(names.subject, [
    'urn:oasis:names:tc:SAML:attribute:subject-id',
    'urn:oasis:names:tc:SAML:attribute:pairwise-id',
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.13',
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.10',
  ])
})

test('namesFor takes no name that may be given to another person for a subject', () => {
  const reassigned = [
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.6', // eduPersonPrincipalName
    'urn:oid:0.9.2342.19200300.100.1.1', // uid
    'urn:oid:0.9.2342.19200300.100.1.3', // mail
  ]
  for (const kind of providerKinds) {
    const { subject } = namesFor({ kind, attributeNames: {} })
    assert.deepEqual(
      subject.filter((name) => reassigned.includes(name)),
      [],
    )
  }
})
