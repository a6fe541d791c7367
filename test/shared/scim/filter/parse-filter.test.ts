import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { anyFilter } from './arbitrary.ts'
import { spelled } from './spelled.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'

function read(text: string, type = userType): string {
  const filter = parseFilter(type, text)
  assert.ok(filter.ok, `${text}: ${filter.ok || filter.error.detail}`)
  return spelled(filter.value)
}

function refusal(text: string, type = userType) {
  const filter = parseFilter(type, text)
  assert.ok(!filter.ok, `taken: ${text.slice(0, 100)}`)
  return filter.error
}

describe('parseFilter reads', () => {
  const understood = [
    // RFC 7644 §3.4.2.2, figure 2.
    ['userName Eq "john"', 'userName eq "john"'],
    ['userName eq "bjensen"', 'userName eq "bjensen"'],
    [`name.familyName co "O'Malley"`, `name.familyName co "O'Malley"`],
    ['userName sw "J"', 'userName sw "J"'],
    [`${core}:userName sw "J"`, 'userName sw "J"'],
    ['title pr', 'title pr'],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified gt "2011-05-13T04:42:34Z"'],
    ['title pr and userType eq "Employee"', '(title pr and userType eq "Employee")'],
    ['title pr or userType eq "Intern"', '(title pr or userType eq "Intern")'],
    [`schemas eq "${enterprise}"`, `schemas eq "${enterprise}"`],
    [
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      '(userType eq "Employee" and (emails.value co "example.com" or emails.value co "example.org"))',
    ],
    [
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      '(userType ne "Employee" and not ((emails.value co "example.com" or emails.value co "example.org")))',
    ],
    [
      'userType eq "Employee" and (emails.type eq "work")',
      '(userType eq "Employee" and emails.type eq "work")',
    ],
    [
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      '(userType eq "Employee" and emails[(type eq "work" and value co "@example.com")])',
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      '(emails[(type eq "work" and value co "@example.com")] or ims[(type eq "xmpp" and value co "@foo.com")])',
    ],
    // What connectors ask.
    ['externalId eq "58342554"', 'externalId eq "58342554"'],
    ['emails[type eq "work"].value eq "a@b"', 'emails[(type eq "work" and value eq "a@b")]'],
    ['id eq "u" and manager eq "m"', `(id eq "u" and ${enterprise}:manager.value eq "m")`],
    ['MANAGER.displayname sw "m"', `${enterprise}:manager.displayName sw "m"`],
    [`${enterprise}:manager eq "m"`, `${enterprise}:manager.value eq "m"`],
    [`${enterprise.toUpperCase()}:Department eq "D"`, `${enterprise}:department eq "D"`],
    [`${enterprise}[manager.value eq "m"]`, `${enterprise}[manager.value eq "m"]`],
    [`${enterprise} pr`, `${enterprise} pr`],
    ['active eq "True" or active eq "FALSE"', '(active eq true or active eq false)'],
    ['roles[primary eq "True"].value pr', 'roles[(primary eq true and value pr)]'],
    ['groups eq "g"', 'groups.value eq "g"'],
    // Grammar.
    [
      'title pr or active eq true and nickName pr',
      '(title pr or (active eq true and nickName pr))',
    ],
    [
      'title pr and active eq true or nickName pr',
      '((title pr and active eq true) or nickName pr)',
    ],
    ['title pr AND NOT(nickName PR)', '(title pr and not (nickName pr))'],
    ['not (title pr)', 'not (title pr)'],
    ['((title pr))', 'title pr'],
    ['  title   pr\t', 'title pr'],
    ['title eq null', 'not (title pr)'],
    ['title ne null', 'title pr'],
    ['emails eq null', 'not (emails pr)'],
    ['emails[type eq "work"].value eq null', 'not (emails[(type eq "work" and value pr)])'],
    ['emails[type eq "work"].value ne null', 'emails[(type eq "work" and value pr)]'],
    [
      'emails[not (type eq "work") or primary eq true]',
      'emails[(not (type eq "work") or primary eq true)]',
    ],
    [String.raw`title eq "a\"b\\c\/d\u00e9\n"`, String.raw`title eq "a\"b\\c/dé\n"`],
    ['title eq "a] and (b"', 'title eq "a] and (b"'],
    [
      'meta.created ge "2011-05-13T04:42:34.123+05:30"',
      'meta.created ge "2011-05-13T04:42:34.123+05:30"',
    ],
    ['meta.created sw "2011-"', 'meta.created sw "2011-"'],
  ] as const
  for (const [text, meaning] of understood) {
    test(text, () => assert.equal(read(text), meaning))
  }

  test('members of groups by their value, type and $ref', () => {
    assert.equal(
      read('id eq "g" and members eq "u"', groupType),
      '(id eq "g" and members.value eq "u")',
    )
    assert.equal(
      read('members[value eq "u"].$ref pr', groupType),
      'members[(value eq "u" and $ref pr)]',
    )
  })

  test('values as the attribute compares them', () => {
    const operand = (text: string) => {
      const filter = parseFilter(userType, text)
      return filter.ok && filter.value.kind === 'compare' && filter.value.operand
    }
    assert.equal(operand('userName eq "ADA"'), 'ada')
    assert.equal(operand('externalId eq "ADA"'), 'ADA')
    assert.equal(operand('active eq "False"'), false)
    assert.equal(operand('meta.created eq "1970-01-01T01:00:01+01:00"'), 1000)
    assert.equal(operand('meta.created eq "1970-01-01T00:00:01"'), 1000)
  })
})

describe('parseFilter refuses', () => {
  const refused = [
    ['nothing', '', /found its end/],
    ['an attribute alone', 'userName', /operator behind userName/],
    ['an unknown attribute', 'uName eq "x"', /No such attribute: uName$/],
    ['an attribute of another resource', 'members eq "x"', /No such attribute: members$/],
    ['an unknown sub-attribute', 'name.nick eq "x"', /No such attribute: name\.nick$/],
    ['an unknown one of a value', 'emails[kind eq "x"]', /No such attribute: kind$/],
    ['an unknown one behind a value filter', 'emails[type pr].kind pr', /No such attribute: kind$/],
    ['another URN', 'urn:example:User:userName pr', /No such attribute: urn:example/],
    [
      'an extension attribute without its URN',
      'department eq "x"',
      /No such attribute: department$/,
    ],
    ['a prototype', '__proto__ pr', /No such attribute: __proto__$/],
    [
      'a prototype of a value',
      'emails[constructor.name pr]',
      /No such attribute: constructor\.name$/,
    ],
    ['an unknown operator', 'userName like "x"', /operator behind userName, found like/],
    ['a value too few', 'userName eq', /value behind eq/],
    ['a value without quotes', 'userName eq john', /value behind eq, found john/],
    ['a value in single quotes', "userName eq 'john'", /from this character on: '/],
    ['a string without end', 'userName eq "john', /from this character on: "/],
    ['an unknown escape', String.raw`userName eq "\q"`, /as JSON writes it/],
    ['a raw control character', 'userName eq "a\nb"', /as JSON writes it/],
    ['a broken number', 'userName eq 1.2.3', /as JSON writes it/],
    ['another literal', 'active eq TRUE', /value behind eq, found TRUE/],
    ['a bracket that is not closed', '(userName pr', /"\)", found its end/],
    ['a bracket that closes nothing', 'userName pr)', /"and" or "or", found \)/],
    ['brackets that do not match', 'emails[type pr)', /"\]", found \)/],
    ['empty brackets', 'emails[]', /an attribute/],
    ['brackets in brackets of another kind', '(emails[type pr)]', /"\]", found \)/],
    ['two terms without a word', 'title pr nickName pr', /"and" or "or", found nickName/],
    ['a word too much', 'title pr and', /an attribute.*found its end/],
    ['not without brackets', 'not title pr', /No such attribute: not$/],
    [
      'a value filter on what has no values',
      'userName[value pr]',
      /userName has no sub-attributes/,
    ],
    ['a complex attribute as a whole', 'name eq "x"', /name is compared by its sub-attributes/],
    ['values that have no value', 'addresses co "x"', /addresses is compared by/],
    ['an order of booleans', 'active gt true', /active is a boolean/],
    ['a part of a boolean', 'active co "tru"', /active is a boolean/],
    ['an order of complex values', 'name lt "x"', /name is compared by/],
    ['a boolean and a word', 'active eq "yes"', /active is compared with true or false/],
    ['a boolean and a number', 'active eq 1', /active is compared with true or false/],
    ['a string and a boolean', 'userName eq true', /userName is compared with a string/],
    ['a value of a list and a number', 'emails eq 1', /emails is compared with a string/],
    ['a string and a number', 'userName eq 1', /userName is compared with a string/],
    ['a time and a number', 'meta.created gt 1', /created is compared with a dateTime/],
    ['a date without time', 'meta.created gt "2011-05-13"', /created is compared with a dateTime/],
    ['a day that is none', 'meta.created gt "2011-02-30T00:00:00Z"', /created is compared/],
    ['a minute that is none', 'meta.created gt "2011-02-03T00:61:00Z"', /created is compared/],
    ['an order with null', 'userName gt null', /not to be compared with null by gt/],
    ['half a name', 'urn: pr', /No such attribute: urn:$/],
    ['a name with a dot at its end', 'emails. pr', /No such attribute: emails\.$/],
  ] as const
  for (const [name, text, detail] of refused) {
    test(name, () => {
      const error = refusal(text)
      assert.equal(error.status, 400)
      assert.equal(error.scimType, 'invalidFilter')
      assert.match(error.detail, detail)
    })
  }

  test('to search for a password, also beside other terms', () => {
    for (const text of ['password eq "x"', 'userName pr and not (password sw "a")']) {
      const { status, scimType } = refusal(text)
      assert.deepEqual({ status, scimType }, { status: 403, scimType: 'sensitive' })
    }
  })

  test('to repeat more than 100 characters of a name', () => {
    assert.ok(refusal(`${'a'.repeat(8000)} pr`).detail.length < 150)
  })
})

describe('parseFilter is limited', () => {
  const brackets = (depth: number) => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`
  const terms = (count: number) => Array.from({ length: count }, () => 'title pr').join(' or ')

  test('to 8,192 characters', () => {
    const long = (length: number) => `title eq "${'a'.repeat(length - 11)}"`
    assert.ok(parseFilter(userType, long(8192)).ok)
    assert.match(refusal(long(8193)).detail, /longer than 8192/)
  })

  test('to brackets 50 deep', () => {
    assert.equal(read(brackets(50)), 'title pr')
    assert.match(refusal(brackets(51)).detail, /deeper than 50/)
    assert.match(refusal('not('.repeat(2000)).detail, /deeper than 50/)
    assert.equal(read(`(${brackets(49)}) and (${brackets(49)})`), '(title pr and title pr)')
  })

  test('to 200 comparisons', () => {
    assert.ok(parseFilter(userType, terms(200)).ok)
    assert.match(refusal(terms(201)).detail, /more than 200 times/)
  })
})

describe('parseFilter', () => {
  const pieces = [
    ...['userName', 'emails', 'emails.value', 'type', 'value', '.value', 'active', 'password'],
    ...['eq', 'NE', 'co', 'gt', 'pr', 'and', 'or', 'not', '(', ')', '[', ']', 'null', 'true'],
    ...[
      '"a"',
      '"True"',
      '"',
      '\\',
      '-1',
      '1e',
      '"2011-05-13T04:42:34Z"',
      'meta.created',
      '__proto__',
    ],
  ]
  const likely = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((all) => all.join(' '))
  const glued = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((all) => all.join(''))

  test('makes a filter or an error of its own of any text', () => {
    const seen = new Set<string>()
    const text = fc.oneof(likely, glued, fc.string({ unit: 'binary', maxLength: 200 }))
    fc.assert(
      fc.property(text, (any) => {
        const filter = parseFilter(userType, any)
        seen.add(filter.ok ? 'ok' : `${filter.error.scimType}`)
        if (filter.ok) assert.equal(read(spelled(filter.value)), spelled(filter.value))
        else assert.ok(filter.error.detail.length < 300)
      }),
      { numRuns: 5000, examples: [['userName pr'], ['password pr'], ['userName']] },
    )
    assert.deepEqual(seen, new Set(['ok', 'invalidFilter', 'sensitive']))
  })

  for (const type of [userType, groupType]) {
    test(`understands any filter on a ${type.name} as it is meant`, () => {
      fc.assert(
        fc.property(anyFilter(type), (filter) => {
          assert.deepEqual(parseFilter(type, spelled(filter)), { ok: true, value: filter })
        }),
        { numRuns: 1000 },
      )
    })
  }

  test('is done in no time with what is as long and as deep as can be', () => {
    const heavy = [
      '(',
      'not(',
      '"\\',
      '"a" ',
      'a.',
      'emails[',
      ' ',
      '\\',
      'title pr and ',
      '((((title pr',
    ]
    for (const piece of heavy) {
      const text = piece.repeat(8192 / piece.length)
      const times = [1, 2, 3, 4, 5].map(() => {
        const before = performance.now()
        parseFilter(userType, text)
        return performance.now() - before
      })
      assert.ok(Math.min(...times) < 50, `${piece}: ${times}`)
    }
  })
})
