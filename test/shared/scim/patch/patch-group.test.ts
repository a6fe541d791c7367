import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { membersAttribute } from '#shared/scim/documents/members.ts'
import { matchesValue } from '#shared/scim/filter/matches.ts'
import { patchGroup } from '#shared/scim/patch/patch-group.ts'
import { cpuMsOf, errorOf, success } from '../documents/arbitraries.ts'

const group = { displayName: 'Guides' }
const none = { add: [], remove: [], removeWhere: [] }
const user = (digit: string) => `usr_${digit.repeat(32)}`
const nested = `grp_${'a'.repeat(32)}`

const patched = (...Operations: readonly unknown[]) => success(patchGroup(group, { Operations }))
const members = (...operations: readonly unknown[]) => patched(...operations).members

type Case = readonly [name: string, operations: readonly object[], changes: object]

const folded: readonly Case[] = [
  ['nothing of no operation', [], {}],
  [
    'added members (RFC 7644 §3.5.2.1)',
    [
      {
        op: 'add',
        path: 'members',
        value: [
          { display: 'Babs', $ref: 'https://example.com/Users/1', value: '1' },
          { value: '2', type: 'User' },
        ],
      },
    ],
    { add: [{ value: '1' }, { value: '2', type: 'User' }] },
  ],
  [
    'a removed member (§3.5.2.2)',
    [{ op: 'remove', path: 'members[value eq "1"]' }],
    { remove: ['1'] },
  ],
  ['all members removed', [{ op: 'remove', path: 'members' }], { replace: [] }],
  [
    'all members removed by null',
    [{ op: 'remove', path: 'members', value: null }],
    { replace: [] },
  ],
  [
    'a removed and an added member (Okta)',
    [
      { op: 'remove', path: 'members[value eq "1"]' },
      { op: 'add', path: 'members', value: [{ value: '2' }] },
    ],
    { remove: ['1'], add: [{ value: '2' }] },
  ],
  [
    'replaced members (§3.5.2.3)',
    [{ op: 'replace', path: 'members', value: [{ value: '1' }, { value: '2' }] }],
    { replace: [{ value: '1' }, { value: '2' }] },
  ],
  ['no members in place of all', [{ op: 'replace', path: 'members', value: [] }], { replace: [] }],
  [
    'members without a path',
    [{ op: 'add', value: { members: [{ value: '1' }] } }],
    { add: [{ value: '1' }] },
  ],
  [
    'replaced members without a path',
    [{ op: 'replace', value: { members: [{ value: '1' }] } }],
    { replace: [{ value: '1' }] },
  ],
  [
    'several ids in one filter',
    [{ op: 'remove', path: 'members[value eq "1" or (value eq "2" or value eq "3")]' }],
    { remove: ['1', '2', '3'] },
  ],
  [
    'a list of values to remove (Entra ID)',
    [
      {
        op: 'Remove',
        path: 'members',
        value: [{ value: '1' }, { value: '2', $ref: null, display: null, type: null }],
      },
    ],
    { remove: ['1', '2'] },
  ],
  [
    'one value to remove',
    [{ op: 'Remove', path: 'members', value: { value: '1' } }],
    { remove: ['1'] },
  ],
  ['an id to remove', [{ op: 'Remove', path: 'members', value: '1' }], { remove: ['1'] }],
  ['no values to remove', [{ op: 'Remove', path: 'members', value: [] }], {}],
  [
    'an added member with $ref of null (Entra ID)',
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value: '1' }] }],
    { add: [{ value: '1' }] },
  ],
  [
    'one added member',
    [{ op: 'add', path: 'MEMBERS', value: { VALUE: '1', type: 'group' } }],
    { add: [{ value: '1', type: 'Group' }] },
  ],
  ['no added member', [{ op: 'add', path: 'members', value: null }], {}],
  [
    'a member once',
    [
      { op: 'add', path: 'members', value: ['1', '1'] },
      { op: 'add', path: 'members', value: ['1'] },
    ],
    { add: [{ value: '1' }] },
  ],
  [
    'the later: removed',
    [
      { op: 'add', path: 'members', value: ['1'] },
      { op: 'remove', path: 'members[value eq "1"]' },
    ],
    { remove: ['1'] },
  ],
  [
    'the later: added',
    [
      { op: 'remove', path: 'members', value: ['1'] },
      { op: 'add', path: 'members', value: ['1'] },
    ],
    { add: [{ value: '1' }] },
  ],
  [
    'what comes after a replacement into it',
    [
      { op: 'add', path: 'members', value: ['0'] },
      { op: 'replace', path: 'members', value: ['1', '2'] },
      { op: 'add', path: 'members', value: ['3'] },
      { op: 'remove', path: 'members[value eq "2"]' },
    ],
    { replace: [{ value: '1' }, { value: '3' }] },
  ],
]

describe('patchGroup folds', () => {
  for (const [name, operations, changes] of folded) {
    test(name, () => {
      const before = JSON.stringify(operations)
      const result = patched(...operations)
      assert.equal(result.document, group)
      assert.deepEqual(result.members, { ...none, ...changes })
      assert.equal(JSON.stringify(operations), before)
    })
  }

  test('other filters by whom they match', () => {
    const changes = members(
      { op: 'add', path: 'members', value: [user('1'), nested, user('2')] },
      { op: 'remove', path: `members[type eq "Group" or value eq "${user('2')}"]` },
      { op: 'add', path: 'members', value: [user('2')] },
    )
    assert.deepEqual(changes.add, [{ value: user('1') }, { value: user('2') }])
    assert.deepEqual(changes.remove, [])
    const [where] = changes.removeWhere
    assert.ok(where && changes.removeWhere.length === 1)
    assert.equal(matchesValue(where, membersAttribute, { value: user('3'), type: 'User' }), false)
    assert.equal(matchesValue(where, membersAttribute, { value: 'x', type: 'Group' }), true)
  })

  test('filters of ids that leave somebody out', () => {
    const changes = members({ op: 'remove', path: 'members[value ne "1"]' })
    assert.deepEqual([changes.remove, changes.removeWhere.length], [[], 1])
  })

  test('other filters into a replacement', () => {
    const changes = members(
      { op: 'remove', path: 'members[type eq "User"]' },
      { op: 'replace', path: 'members', value: [user('1'), nested, 'unknown'] },
      { op: 'remove', path: 'members[type eq "User"]' },
    )
    assert.deepEqual(changes, { ...none, replace: [{ value: nested }, { value: 'unknown' }] })
  })

  test('10,000 members, and refuses more in one request', () => {
    const ids = (count: number, from = 0) =>
      Array.from({ length: count }, (_, at) => ({ value: `${from + at}` }))
    const ms = cpuMsOf(() => {
      const { remove } = members(
        { op: 'add', path: 'members', value: ids(5000) },
        { op: 'remove', path: 'members', value: ids(5000, 5000) },
      )
      assert.equal(remove.length, 5000)
    })
    assert.ok(ms < 1000, `${ms} ms`)
    const tooMany = { status: 413, detail: 'A request can name 10000 members at most' }
    assert.deepEqual(
      errorOf(
        patchGroup(group, { Operations: [{ op: 'add', path: 'members', value: ids(10_001) }] }),
      ),
      tooMany,
    )
    const two = [
      { op: 'add', path: 'members', value: ids(10_000) },
      { op: 'remove', path: 'members[value eq "x"]' },
    ]
    assert.deepEqual(errorOf(patchGroup(group, { Operations: two })), tooMany)
  })

  test('filters that compare 200 times, and refuses more in one request', () => {
    const operations = (terms: number) => [
      { op: 'add', path: 'members', value: Array.from({ length: 9000 }, (_, at) => `${at}`) },
      ...Array.from({ length: terms / 20 }, () => ({
        op: 'remove',
        path: `members[${Array(20).fill('not (value sw "x")').join(' and ')} and value sw "x"]`,
      })),
    ]
    const ms = cpuMsOf(() => {
      assert.equal(members(...operations(180)).removeWhere.length, 9)
      const error = errorOf(patchGroup(group, { Operations: operations(18_000) }))
      assert.equal(error.status, 413, error.detail)
      assert.match(error.detail, /200 times/)
    })
    assert.ok(ms < 3000, `${ms} ms`)
    const ids = Array.from({ length: 150 }, (_, at) => `value eq "${at}"`).join(' or ')
    const { remove } = members(...Array(2).fill({ op: 'remove', path: `members[${ids}]` }))
    assert.equal(remove.length, 150)
  })
})

describe('patchGroup changes the document', () => {
  test('by a path', () => {
    assert.deepEqual(
      patched(
        { op: 'Replace', path: 'displayName', value: 'New' },
        { op: 'Add', path: 'externalId', value: 'x' },
      ),
      { document: { displayName: 'New', externalId: 'x' }, members: none },
    )
  })

  test('without one, with the id beside it (Okta)', () => {
    assert.deepEqual(patched({ op: 'replace', value: { id: 'grp_1', displayName: 'New' } }), {
      document: { displayName: 'New' },
      members: none,
    })
  })

  test('together with members', () => {
    const result = patched({
      op: 'add',
      value: { displayName: 'New', members: ['1'], shoeSize: 1 },
    })
    assert.deepEqual(result, {
      document: { displayName: 'New' },
      members: { ...none, add: [{ value: '1' }] },
    })
  })

  test('not where the name is the one that it has', () => {
    assert.equal(patched({ op: 'replace', path: 'displayName', value: 'Guides' }).document, group)
  })
})

describe('patchGroup refuses', () => {
  const refused: readonly (readonly [string, object, string])[] = [
    ['removal of the name', { op: 'remove', path: 'displayName' }, 'mutability'],
    ['an empty name', { op: 'replace', value: { displayName: '' } }, 'invalidValue'],
    [
      'another id of a member',
      { op: 'replace', path: 'members[value eq "1"].value', value: '2' },
      'mutability',
    ],
    [
      'another member in place of one',
      { op: 'replace', path: 'members[value eq "1"]', value: { value: '2' } },
      'mutability',
    ],
    [
      'a member that is added through a filter',
      { op: 'add', path: 'members[value eq "1"]', value: {} },
      'mutability',
    ],
    ['removal of the ids of all members', { op: 'remove', path: 'members.value' }, 'mutability'],
    [
      'a member without an id',
      { op: 'add', path: 'members', value: [{ display: 'x' }] },
      'invalidValue',
    ],
    ['a member that is a number', { op: 'add', path: 'members', value: [1] }, 'invalidValue'],
    [
      'removal of a member without an id',
      { op: 'remove', path: 'members', value: [{ type: 'User' }] },
      'invalidValue',
    ],
    ['an unknown attribute of members', { op: 'remove', path: 'members[x eq "1"]' }, 'invalidPath'],
    ['what only users have', { op: 'add', path: 'userName', value: 'x' }, 'invalidPath'],
    ['another id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ['members of nothing', { op: 'add', path: 'members' }, 'invalidValue'],
  ]
  for (const [name, operation, scimType] of refused) {
    test(name, () => {
      const error = errorOf(
        patchGroup(group, {
          Operations: [{ op: 'add', path: 'members', value: ['1'] }, operation],
        }),
      )
      assert.deepEqual([error.status, error.scimType], [400, scimType], error.detail)
    })
  }

  test('what is no PATCH', () => {
    assert.equal(errorOf(patchGroup(group, 'x')).scimType, 'invalidSyntax')
  })
})
