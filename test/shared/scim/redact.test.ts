import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { redactBody, redactPath } from '#shared/scim/redact.ts'

const id = `usr_${'a'.repeat(32)}`
const pathOf = (path: string, query = '') => redactPath(path, new URLSearchParams(query))

describe('redactBody', () => {
  const bodies: readonly [name: string, body: unknown, expected: unknown][] = [
    [
      'keeps the form of a user, and no name',
      { userName: 'ada@acme.example', active: true, name: { givenName: 'Ada' }, x: null, n: 31 },
      { userName: '(16)', active: true, name: { givenName: '(3)' }, x: null, n: '(2)' },
    ],
    [
      'keeps words of the protocol',
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
        emails: [{ type: 'work', primary: 'True', value: 'ada@acme.example' }],
        ACTIVE: 'false',
      },
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'Replace', path: 'active', value: '(5)' }],
        emails: [{ type: 'work', primary: 'True', value: '(16)' }],
        ACTIVE: 'false',
      },
    ],
    [
      'takes no other text for such a word',
      {
        type: 'Ada Lovelace',
        op: 'ada@acme.example',
        primary: 'Ada',
        active: ['Ada'],
        schemas: ['ada@acme.example'],
      },
      { type: '(12)', op: '(16)', primary: '(3)', active: ['(3)'], schemas: ['(16)'] },
    ],
    [
      'masks what a path compares with',
      [
        { path: 'emails[type eq "work" and value eq "ada@acme.example"].value' },
        { path: 'members[value eq Ada]' },
        { path: 'members[value eq 17 and primary eq true]' },
        { path: `members[value eq "${id}"]` },
        { path: 'emails[value eq "a\\"da' },
        { path: 'ada@acme.example' },
      ],
      [
        { path: 'emails[type eq "(4)" and value eq "(16)"].value' },
        { path: 'members[value eq (3)]' },
        { path: 'members[value eq 17 and primary eq true]' },
        { path: `members[value eq "${id}"]` },
        { path: 'emails[value eq "(4)"' },
        { path: '(16)' },
      ],
    ],
    [
      'masks names of attributes that hold more than names',
      { 'emails[type eq "work"].value': 'a', 'ada@acme.example': 1 },
      { 'emails[type eq "(4)"].value': '(1)', '(16)': '(1)' },
    ],
    ['keeps ids of ours', { members: [{ value: id }] }, { members: [{ value: id }] }],
    [
      'masks the address of an operation in a bulk request',
      { method: 'PUT', path: '/Users/ada.lovelace', bulkId: 'ada' },
      { method: 'PUT', path: '/Users/(12)', bulkId: '(3)' },
    ],
    ['masks a text alone', 'ada', '(3)'],
    [
      'masks numbers of people, and keeps those of the protocol',
      { phoneNumbers: [{ value: 4915112345 }], failOnErrors: 3, count: 10, startIndex: 1 },
      { phoneNumbers: [{ value: '(10)' }], failOnErrors: 3, count: 10, startIndex: 1 },
    ],
  ]
  for (const [name, body, expected] of bodies) {
    test(name, () => {
      assert.deepEqual(JSON.parse(redactBody(body)), expected)
    })
  }

  test('keeps the first values of many', () => {
    const values = Array.from({ length: 1000 }, () => id)
    const kept = JSON.parse(redactBody({ values })) as { values: string[] }
    assert.equal(kept.values.length, 21)
    assert.equal(kept.values.at(-1), '… 980')
    const wide = Object.fromEntries(values.map((_, i) => [`a${i}`, i]))
    const { '…': more } = JSON.parse(redactBody(wide)) as Record<string, unknown>
    assert.equal(more, 980)
  })

  test('has 4,096 characters at most, and ends soon whatever it is given', () => {
    const quotes = '\\"'.repeat(50_000)
    const wide: unknown = Array.from({ length: 20 }, () =>
      Array.from({ length: 20 }, () => ({ path: `x eq "${quotes}` })),
    )
    const before = process.cpuUsage()
    assert.ok(redactBody(wide).length <= 4096)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 2_000_000, 'it takes milliseconds')
  })

  test('holds no text of people, whatever the body is', () => {
    const secret = 'Ada@Acme'
    const texts = fc.oneof(fc.constant(secret), fc.constant(`x eq "${secret}"`), fc.constant(id))
    const keys = fc.constantFrom('op', 'path', 'value', 'type', 'schemas', 'active', secret)
    const { body } = fc.letrec((tie) => ({
      body: fc.oneof(
        { maxDepth: 4 },
        texts,
        fc.array(tie('body'), { maxLength: 5 }),
        fc.dictionary(keys, tie('body'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(body, (value) => {
        assert.doesNotMatch(redactBody(value), /Ada|Acme/)
      }),
    )
  })
})

describe('redactPath', () => {
  const paths = [
    ['an id of ours', `/Users/${id}`, '', `/Users/${id}`],
    ['a name in the place of an id', '/Users/ada.lovelace', '', '/Users/(12)'],
    [
      'a filter',
      '/Users',
      'filter=userName+eq+%22ada%40acme.example%22&startIndex=1&count=100',
      '/Users?filter=userName eq "(16)"&startIndex=1&count=100',
    ],
    [
      'names of attributes',
      '/Groups',
      'excludedAttributes=members',
      '/Groups?excludedAttributes=members',
    ],
    ['what nobody asked for', '/Users', 'email=ada%40acme.example&cursor=abc', '/Users?(21)&(9)'],
    ['discovery', '/ResourceTypes/User', '', '/ResourceTypes/User'],
    [
      'a value in single quotes',
      '/Users',
      "filter=displayName eq 'Ada King' and active pr",
      '/Users?filter=displayName eq (4) (5) and active pr',
    ],
    [
      'a value without quotes',
      '/Users',
      'filter=name.formatted eq Ada King',
      '/Users?filter=name.formatted eq (3) (4)',
    ],
    ['words that are no filter', '/Users', 'filter=Ada King', '/Users?filter=(3) (4)'],
    [
      'a value over two lines',
      '/Users',
      'filter=title eq "Ada\\%0AKing"',
      '/Users?filter=title eq "(9)"',
    ],
    [
      'a filter of many terms',
      '/Users',
      'filter=not (active eq true) and (emails[type eq "a" or primary pr].value pr or title co "b")',
      '/Users?filter=not (active eq true) and (emails[type eq "(1)" or primary pr].value pr or title co "(1)")',
    ],
    [
      'names of attributes with spaces',
      '/Users',
      'attributes=userName, emails',
      '/Users?attributes=userName, emails',
    ],
  ] as const
  for (const [name, path, query, expected] of paths) {
    test(`shows ${name}`, () => {
      assert.equal(pathOf(path, query), expected)
    })
  }

  test('is short', () => {
    const query = Array.from({ length: 100 }, () => `filter=${'a'.repeat(1000)}`).join('&')
    assert.ok(pathOf('/Users'.repeat(100), query).length < 11_000)
  })
})
