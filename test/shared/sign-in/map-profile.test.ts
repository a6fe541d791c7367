import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { VerifiedAssertion } from '#shared/saml/read-assertion.ts'
import { mapProfile, sourcesOf } from '#shared/sign-in/map-profile.ts'
import { emailDomain } from '#shared/users/email.ts'
import { identity } from '#test/fixtures/saml/plain-response.ts'
import { provider } from './example.ts'

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const email = 'ada@example.com'

type Attributes = Record<string, readonly string[]>
const asserting = (attributes: Attributes, nameId = '4711'): VerifiedAssertion => ({
  ...identity,
  nameId: { value: nameId },
  attributes: new Map(Object.entries(attributes)),
})
const profileOf = (attributes: Attributes, nameId?: string) => {
  const mapped = mapProfile(asserting(attributes, nameId), provider)
  assert.ok(mapped.ok)
  return mapped.value.profile
}
const refusalOf = (attributes: Attributes, nameId?: string) => {
  const mapped = mapProfile(asserting(attributes, nameId), provider)
  return mapped.ok ? undefined : mapped.error
}

describe('mapProfile', () => {
  const families = [
    ['plain names', 'email', 'givenName', 'familyName', 'displayName'],
    ['LDAP names', 'mail', 'firstName', 'sn', 'cn'],
    [
      'WS-Federation claims',
      `${claims}/emailaddress`,
      `${claims}/givenname`,
      `${claims}/surname`,
      'http://schemas.microsoft.com/identity/claims/displayname',
    ],
    [
      'LDAP OIDs',
      'urn:oid:0.9.2342.19200300.100.1.3',
      'urn:oid:2.5.4.42',
      'urn:oid:2.5.4.4',
      'urn:oid:2.16.840.1.113730.3.1.241',
    ],
    ['snake case', 'emailAddress', 'first_name', 'last_name', 'name'],
    ['dotted names', 'User.email', 'User.FirstName', 'User.LastName', 'displayName'],
  ] as const
  for (const [name, emailName, givenName, familyName, displayName] of families) {
    test(`reads a profile in ${name}`, () => {
      const attributes = {
        [emailName]: [email],
        [givenName]: ['Ada'],
        [familyName]: ['Lovelace'],
        [displayName]: ['Ada Lovelace'],
      }
      assert.deepEqual(profileOf(attributes), {
        email,
        givenName: 'Ada',
        familyName: 'Lovelace',
        displayName: 'Ada Lovelace',
      })
    })
  }

  test('reads the names that a provider is configured with, and no others', () => {
    const attributeNames = { email: ['wp-mail'], givenName: ['wp-first', 'wp-call-name'] }
    const assertion = asserting({
      mail: ['eve@example.com'],
      givenName: ['Eve'],
      'wp-mail': [email],
      'wp-call-name': ['Ada'],
      sn: ['Lovelace'],
    })
    const mapped = mapProfile(assertion, { ...provider, attributeNames })
    const profile = { email, givenName: 'Ada', familyName: 'Lovelace' }
    assert.ok(mapped.ok)
    assert.deepEqual(mapped.value.profile, profile)
  })

  test('takes the first value of the first name that has one, without spaces around it', () => {
    const attributes = { email: [], mail: [' '], emailAddress: [` ${email}\n`, 'eve@example.com'] }
    assert.deepEqual(profileOf(attributes), { email })
  })

  test('takes the NameID for the address if no attribute has it', () => {
    assert.deepEqual(profileOf({ sn: ['Lovelace'] }, email), { email, familyName: 'Lovelace' })
  })

  test('does not look at the NameID if an attribute has an address', () => {
    assert.equal(refusalOf({ mail: ['nobody'] }, email)?.cause, 'email_malformed')
    assert.equal(profileOf({ mail: [email] }, 'eve@example.com').email, email)
  })

  test('keeps the spelling of an address', () => {
    assert.equal(profileOf({ mail: ['Ada@Example.COM'] }).email, 'Ada@Example.COM')
  })

  test('cuts a name to 256 characters', () => {
    const name = 'x'.repeat(256)
    assert.equal(profileOf({ mail: [email], sn: [name] }).familyName, name)
    assert.equal(profileOf({ mail: [email], sn: [`${name}y`] }).familyName, name)
  })

  test('cuts a name between characters, as half of one cannot be stored', () => {
    const name = `${'x'.repeat(255)}😀`
    assert.equal(profileOf({ mail: [email], sn: [name] }).familyName, 'x'.repeat(255))
  })

  test('does not cut an address into one that is good', () => {
    const address = `${'a'.repeat(240)}@example.com`.padEnd(400, '.example.com')
    assert.equal(refusalOf({ mail: [address] })?.cause, 'email_malformed')
  })

  test('does not take a property of every object for an attribute', () => {
    const attributeNames = { email: ['__proto__', 'constructor', 'size'] }
    const mapped = mapProfile(asserting({}), { ...provider, attributeNames })
    assert.deepEqual(mapped, { ok: false, error: { cause: 'email_missing' } })
  })

  const refused = [
    ['no address', {}, 'email_missing'],
    ['an empty address', { mail: ['  '] }, 'email_missing'],
    ['what is no address', { mail: ['ada'] }, 'email_malformed'],
    ['two addresses in one', { mail: ['eve@evil.example@example.com'] }, 'email_malformed'],
    ['a line break in an address', { mail: ['ada@example.com\nx'] }, 'email_malformed'],
    ['another domain', { mail: ['ada@evil.example'] }, 'email_domain_not_verified'],
    ['a subdomain', { mail: ['ada@mail.example.com'] }, 'email_domain_not_verified'],
    ['the parent of a domain', { mail: ['ada@com.example'] }, 'email_domain_not_verified'],
    ['a domain that ends the same', { mail: ['ada@notexample.com'] }, 'email_domain_not_verified'],
    [
      'a domain that begins the same',
      { mail: ['ada@example.com.tr'] },
      'email_domain_not_verified',
    ],
    [
      'both domains at once',
      { mail: ['ada@example.com.example.org'] },
      'email_domain_not_verified',
    ],
  ] as const
  for (const [name, attributes, cause] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(refusalOf(attributes)?.cause, cause)
    })
  }

  test('says which domain it was and which are verified, and not which address', () => {
    assert.deepEqual(refusalOf({ mail: ['ada@evil.example'] }), {
      cause: 'email_domain_not_verified',
      got: 'evil.example',
      want: 'example.com example.org',
    })
  })

  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
  const subjectId = 'urn:oasis:names:tc:SAML:attribute:subject-id'
  const transient = (attributes: Attributes) => ({
    ...asserting({ mail: [email], ...attributes }),
    nameId: { value: 'x', format },
  })

  test('refuses a NameID that changes with every sign-in if nothing stands for it', () => {
    const mapped = mapProfile(transient({}), provider)
    assert.ok(!mapped.ok)
    assert.equal(mapped.error.cause, 'name_id_transient')
  })

  test('takes an attribute for a NameID that changes with every sign-in', () => {
    const mapped = mapProfile(transient({ [subjectId]: ['ada@school.example'] }), provider)
    assert.ok(mapped.ok)
    assert.equal(mapped.value.subject, 'ada@school.example')
    assert.equal(mapped.value.isKnownByAttribute, true)
  })

  test('takes the attribute that an admin has named, and no NameID then', () => {
    const idp = { ...provider, attributeNames: { subject: ['uid'] } }
    const mapped = mapProfile(asserting({ mail: [email], uid: ['4'] }, email), idp)
    assert.ok(mapped.ok)
    assert.equal(mapped.value.subject, '4')
    const without = mapProfile(asserting({ mail: [email] }, email), idp)
    assert.deepEqual(without, {
      ok: false,
      error: { cause: 'subject_attribute_missing', want: 'uid' },
    })
  })

  test('takes the NameID otherwise, whatever attributes say', () => {
    const mapped = mapProfile(
      asserting({ mail: [email], [subjectId]: ['other'] }, '4711'),
      provider,
    )
    assert.ok(mapped.ok)
    assert.equal(mapped.value.subject, '4711')
    assert.equal(mapped.value.isKnownByAttribute, false)
  })

  test('reads all groups, by the names that an admin or the kind of the provider has', () => {
    const groups = ['engineers', 'Ädmins']
    const groupsOf = (name: string, changes: Partial<typeof provider> = {}) => {
      const mapped = mapProfile(asserting({ mail: [email], [name]: groups }), {
        ...provider,
        ...changes,
      })
      assert.ok(mapped.ok)
      return mapped.value.groups
    }
    assert.deepEqual(groupsOf('groups'), groups)
    assert.deepEqual(groupsOf('team', { attributeNames: { groups: ['team'] } }), groups)
    assert.equal(groupsOf('groups', { attributeNames: { groups: ['team'] } }), undefined)
    const entra = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'
    assert.deepEqual(groupsOf(entra, { kind: 'entra-id' }), groups)
    assert.equal(groupsOf('other'), undefined)
  })

  test('reads no more groups than can be stored', () => {
    const groups = Array.from({ length: 3000 }, (_, index) => `${index}`.padStart(40, 'g'))
    const mapped = mapProfile(asserting({ mail: [email], groups }), provider)
    assert.ok(mapped.ok)
    const read = mapped.value.groups ?? []
    assert.deepEqual(read, groups.slice(0, read.length))
    assert.equal(read.length, Math.floor((64 * 1024) / 40))
  })

  test('tells an admin what each part was read from', () => {
    const assertion = asserting({ mail: [email], sn: [' '], lastName: ['Lovelace'], cn: ['Ada'] })
    assert.deepEqual(sourcesOf(assertion, provider), {
      email: 'mail',
      familyName: 'lastName',
      displayName: 'cn',
    })
  })

  const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
  const nameIds = [
    ['of a domain of nobody', 'ada@evil.example', emailFormat, 'email_domain_not_verified'],
    ['of a subdomain', 'ada@mail.example.com', emailFormat, 'email_domain_not_verified'],
    ['that is none', 'ada', emailFormat, 'email_malformed'],
    ['of a verified domain', 'augusta@example.com', emailFormat, undefined],
    ['that does not claim to be one', 'ada@evil.example', undefined, undefined],
  ] as const
  for (const [name, value, format, cause] of nameIds) {
    test(`${cause ? 'refuses' : 'takes'} a NameID with an address ${name} beside a good one`, () => {
      const nameId = { value, ...(format && { format }) }
      const mapped = mapProfile({ ...asserting({ mail: [email] }), nameId }, provider)
      assert.equal(mapped.ok ? undefined : mapped.error.cause, cause)
      if (mapped.ok) assert.equal(mapped.value.profile.email, email)
    })
  }

  test('lets nobody in from a domain that is not verified, whatever the provider says', () => {
    const part = fc.constantFrom('ada', '@', 'example.com', '.', 'evil', ' ', '\n', '-', 'ｅ')
    const text = fc.oneof(
      fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    )
    const attributes = fc.dictionary(
      fc.constantFrom('mail', 'email', 'sn', 'cn', 'other'),
      fc.array(text, { maxLength: 2 }),
    )
    fc.assert(
      fc.property(attributes, text, (asserted, nameId) => {
        const mapped = mapProfile(asserting(asserted, nameId), provider)
        if (!mapped.ok) return
        const domain = emailDomain(mapped.value.profile.email)
        assert.ok(domain !== undefined && provider.verifiedDomains.includes(domain))
        assert.ok(
          [...Object.values(asserted).flat(), nameId].some(
            (value) => value.trim() === mapped.value.profile.email,
          ),
        )
      }),
      { numRuns: 3000 },
    )
  })
})
