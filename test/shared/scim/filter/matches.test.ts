import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findAttribute } from '#shared/scim/attributes.ts'
import { matches, matchesValue } from '#shared/scim/filter/matches.ts'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { parsePath } from '#shared/scim/filter/parse-path.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { anyFilter, anyResource } from './arbitrary.ts'
import { naivelyMatches } from './naive.ts'
import { spelled } from './spelled.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const barbara = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  id: 'usr_1a',
  externalId: 'Bjensen',
  userName: 'BJensen@Example.com',
  name: { familyName: "O'Malley", givenName: 'Zoë', middleName: '' },
  title: null,
  userType: 'Employee',
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  phoneNumbers: [],
  ims: [{ type: 'xmpp' }],
  roles: [{ value: 'admin', primary: 'True' }],
  [enterprise]: { department: 'Tours', manager: { value: 'usr_2b' } },
  meta: {
    created: '2011-05-13T04:42:34Z',
    lastModified: '2011-05-13T04:42:34.567Z',
    version: 'W/"3"',
  },
}

function holds(text: string, resource: object = barbara): boolean {
  const filter = parseFilter(userType, text)
  assert.ok(filter.ok, text)
  return matches(filter.value, resource)
}

describe('matches', () => {
  const cases = [
    ['userName eq "bjensen@example.com"', true],
    ['userName eq "ＢJENSEN@example.com"', true],
    ['userName eq "bjensen"', false],
    ['externalId eq "Bjensen"', true],
    ['externalId eq "bjensen"', false],
    ['id eq "USR_1A"', false],
    ['userName sw "BJENSEN@"', true],
    ['userName ew ".COM"', true],
    ['userName co "@"', true],
    ['userName co "@@"', false],
    ['externalId sw "B"', true],
    ['externalId sw "b"', false],
    [`name.familyName co "O'MALLEY"`, true],
    ['name.givenName eq "ZOE\u0308"', true],
    ['userName gt "a"', true],
    ['userName gt "bjensen@example.com"', false],
    ['userName ge "bjensen@example.com"', true],
    ['userName lt "C"', true],
    ['userName le "b"', false],
    // Several values: one is enough, and a value filter speaks of one.
    ['emails eq "BABS@jensen.org"', true],
    ['emails co "jensen.org"', true],
    ['emails.type eq "work" and emails.value eq "babs@jensen.org"', true],
    ['emails[type eq "work" and value eq "babs@jensen.org"]', false],
    ['emails[type eq "work"].value eq "babs@jensen.org"', false],
    ['emails[type eq "HOME"].value eq "babs@jensen.org"', true],
    ['emails[type eq "work"].value ew "@example.com" and active eq true', true],
    ['emails[not (type eq "work")].value co "jensen.org"', true],
    ['emails[type eq "other"]', false],
    ['emails[type eq "other"].value pr', false],
    ['emails[type eq "other"].value eq null', true],
    ['emails[type eq "work"].value eq null', false],
    ['emails.value ne "bjensen@example.com"', true],
    ['not (emails.value eq "bjensen@example.com")', false],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    [`${enterprise}:department eq "tours"`, true],
    [`${enterprise}:manager eq "usr_2b"`, true],
    ['id eq "usr_1a" and manager eq "usr_2b"', true],
    ['manager eq "usr_2B"', false],
    [`${enterprise}[department eq "tours" and manager.value pr]`, true],
    // Booleans and times.
    ['active eq true', true],
    ['active eq "True"', true],
    ['active ne true', false],
    ['active eq false', false],
    ['emails[primary eq true].value sw "bj"', true],
    ['emails[primary ne true].value sw "babs"', true],
    ['roles[primary eq "True"].value eq "admin"', true],
    ['meta.created eq "2011-05-13T06:42:34+02:00"', true],
    ['meta.created gt "2011-05-13T04:42:34Z"', false],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified le "2011-05-13T04:42:34.567Z"', true],
    ['meta.created sw "2011-05-"', true],
    ['meta.created ew "567z"', false],
    ['meta.version eq "W/\\"3\\""', true],
    // Present and absent.
    ['userName pr', true],
    ['title pr', false],
    ['title eq null', true],
    ['title ne null', false],
    ['nickName pr', false],
    ['nickName eq ""', false],
    ['nickName eq "x"', false],
    ['nickName ne "x"', true],
    ['nickName co ""', false],
    ['nickName lt "x"', false],
    ['not (nickName eq "x")', true],
    ['name pr', true],
    ['name.middleName pr', false],
    ['name.middleName eq ""', true],
    ['phoneNumbers pr', false],
    ['phoneNumbers.value ne "1"', true],
    ['phoneNumbers[value ne "1"]', false],
    ['phoneNumbers[not (value eq "1")]', false],
    ['ims pr', true],
    ['ims.value pr', false],
    ['ims[value ne "a"]', true],
    ['addresses eq null', true],
    // Precedence.
    ['title pr and title pr or active eq true', true],
    ['active eq true or title pr and title pr', true],
    ['(active eq true or title pr) and title pr', false],
    ['not (title pr) and not (nickName pr)', true],
  ] as const
  for (const [text, expected] of cases) {
    test(`${text}: ${expected}`, () => assert.equal(holds(text), expected))
  }

  test('reads a bare text in the place of a complex value as its value', () => {
    assert.ok(holds('manager eq "m"', { [enterprise]: { manager: 'm' } }))
    assert.ok(!holds('manager.displayName pr', { [enterprise]: { manager: 'm' } }))
    assert.ok(holds('emails eq "a@b" and emails[value sw "A"]', { emails: ['a@b'] }))
  })

  test('takes one value for a list of one, and a list of one for one value', () => {
    assert.ok(
      holds('emails[type eq "work"].value eq "a"', { emails: { type: 'work', value: 'a' } }),
    )
    assert.ok(holds('title eq "x"', { title: ['x'] }))
  })

  test('compares with no value of another type', () => {
    assert.ok(!holds('userName eq "1"', { userName: 1 }))
    assert.ok(!holds('userName co "object"', { userName: {} }))
    assert.ok(!holds('active eq false', { active: 0 }))
    assert.ok(!holds('meta.created ge "2011-05-13T04:42:34Z"', { meta: { created: 'today' } }))
  })

  test("reads a resource's own properties only", () => {
    assert.ok(!holds('userName pr', Object.create({ userName: 'x' })))
    assert.ok(!holds('emails.type pr', { emails: [Object.create({ type: 'x' })] }))
  })

  test('agrees with the naive reading of any filter, on any resource', () => {
    const hits = { true: 0, false: 0 }
    fc.assert(
      fc.property(anyFilter(userType), anyResource(userType), (filter, resource) => {
        const expected = naivelyMatches(filter, resource)
        hits[`${expected}`] += 1
        assert.equal(matches(filter, resource), expected, spelled(filter))
      }),
      { numRuns: 3000 },
    )
    assert.ok(Math.min(hits.true, hits.false) > 300, JSON.stringify(hits))
  })
})

describe('matchesValue', () => {
  const cases = [
    ['emails[type eq "WORK"]', { type: 'work' }, true],
    ['emails[type eq "work"]', { type: 'home' }, false],
    ['emails[type eq "work" and value co "@"]', { type: 'work', value: 'a@b' }, true],
    ['emails[not (type eq "work")]', { value: 'a@b' }, true],
    ['emails[not (type eq "work")]', null, false],
    ['emails[not (type eq "work")]', undefined, false],
    ['emails[value eq "A@B"]', 'a@b', true],
    ['roles[primary eq "True"].value', { primary: true }, true],
    ['roles[primary eq true].value', { primary: 'True' }, true],
    ['roles[primary eq false].value', {}, false],
    ['roles[primary ne true].value', {}, true],
  ] as const
  for (const [text, value, expected] of cases) {
    test(`${text} of ${JSON.stringify(value)}: ${expected}`, () => {
      const path = parsePath(userType, text)
      assert.ok(path.ok && path.value.where)
      assert.equal(matchesValue(path.value.where, path.value.ref.attribute, value), expected)
    })
  }

  test('is true of one value where the whole filter is of the resource', () => {
    const ref = findAttribute(userType, 'emails')
    assert.ok(ref)
    const filters = anyFilter(userType, ['emails']).filter((one) => one.kind === 'some')
    fc.assert(
      fc.property(filters, anyResource(userType), (filter, resource) => {
        assert.ok(filter.kind === 'some')
        const { emails = [] } = resource as { emails?: readonly unknown[] }
        const some = emails.some((one) => matchesValue(filter.where, ref.attribute, one))
        assert.equal(matches(filter, resource), some, spelled(filter))
      }),
    )
  })
})
