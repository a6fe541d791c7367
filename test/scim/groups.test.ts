import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, newName, newScim, type Resource, type Scim, urn } from './scim-client.ts'

/**
 * Proves groups: creation, replacement, PATCH of members in all forms, nested groups, members that
 * are not there, and what a deletion leaves: RFC 7643 §4.2, RFC 7644 §3.5.2.
 */
let scim: Scim
let ada: string
let bob: string
let cyd: string
before(async () => {
  scim = await newScim()
  const users = await Promise.all([scim.user(), scim.user(), scim.user()])
  const [a = '', b = '', c = ''] = users.map(({ id }) => id)
  ada = a
  bob = b
  cyd = c
})

const named = (letters: string) =>
  [...letters]
    .map((letter) => ({ a: ada, b: bob, c: cyd })[letter] ?? '')
    .toSorted((one, other) => one.localeCompare(other))
const unknown = 'usr_00000000000000000000000000000000'

describe('a group', () => {
  test('is created with 201, Location and ETag', async () => {
    const displayName = newName()
    const answer = await scim.post('/Groups', {
      schemas: [urn.group],
      displayName,
      externalId: 'g',
    })
    assert.equal(answer.status, 201)
    const location = `${scim.base}/Groups/${answer.body['id']}`
    assert.equal(answer.headers.get('location'), location)
    assertMatches(answer.body, {
      schemas: [urn.group],
      id: '~/^grp_/',
      displayName,
      externalId: 'g',
      members: '~absent',
      meta: { resourceType: 'Group', location, version: answer.headers.get('etag') },
    })
    assert.deepEqual(await scim.read(`/Groups/${answer.body['id']}`), answer.body)
  })

  test('says of each member what it is and where', async () => {
    const { id, members } = await scim.group([ada])
    const expected = [{ value: ada, type: 'User', $ref: `${scim.base}/Users/${ada}` }]
    assertMatches(members, expected)
    assertMatches((await scim.read(`/Groups/${id}`))['members'], expected)
  })

  test('may be in a group, and in a circle, but not in itself', async () => {
    const inner = await scim.group([ada])
    const outer = await scim.group([inner.id, bob])
    const ref = `${scim.base}/Groups/${inner.id}`
    const { members } = await scim.read(`/Groups/${outer.id}`)
    assertMatches(members, {
      '~only': [
        { value: inner.id, type: 'Group', $ref: ref },
        { value: bob, type: 'User' },
      ],
    })
    const add = [{ op: 'add', path: 'members', value: [{ value: outer.id }] }]
    assert.equal((await scim.patch(`/Groups/${inner.id}`, add)).status, 204)
    assert.deepEqual((await scim.membersOf(inner.id)).length, 2)
    const itself = [{ op: 'add', path: 'members', value: [{ value: inner.id }] }]
    assertError(await scim.patch(`/Groups/${inner.id}`, itself), 400, 'invalidValue')
    assertMatches(await scim.read(`/Users/${ada}?attributes=groups`), {
      groups: { '~contains': [{ value: inner.id }] },
    })
  })

  test('has a member once that is named twice', async () => {
    const { id } = await scim.group([ada, ada, bob])
    assert.deepEqual(await scim.membersOf(id), named('ab'))
  })

  test('is created without members that are not there', async () => {
    const other = await newScim()
    const { id } = await scim.group([ada, unknown, 'x', (await other.user()).id])
    assert.deepEqual(await scim.membersOf(id), named('a'))
  })

  test('keeps what is said of its type out of it: the id tells', async () => {
    const displayName = newName()
    const members = [{ value: ada, type: 'Group', display: 'Ada', $ref: 'https://x.example' }]
    const { body } = await scim.post('/Groups', { displayName, members })
    assertMatches(body['members'], [
      { value: ada, type: 'User', $ref: `${scim.base}/Users/${ada}` },
    ])
  })

  test('takes members that are texts for their ids', async () => {
    const { body } = await scim.post('/Groups', { displayName: newName(), members: [ada] })
    assertMatches(body['members'], [{ value: ada, type: 'User' }])
  })

  const wrong: readonly (readonly [string, object])[] = [
    ['without a name', {}],
    ['with an empty name', { displayName: '' }],
    ['with a number as a name', { displayName: 5 }],
    ['with members that are a number', { displayName: 'w2', members: 5 }],
    ['with a member without a value', { displayName: 'w3', members: [{ display: 'x' }] }],
    ['with a member whose value is a number', { displayName: 'w4', members: [{ value: 5 }] }],
  ]
  for (const [name, body] of wrong) {
    test(`is refused ${name}`, async () => {
      const answer = await scim.post('/Groups', { schemas: [urn.group], ...body })
      assertError(answer, 400, 'invalidValue')
    })
  }

  test('name is unique without regard to letter case, and free after a deletion', async () => {
    const { id, displayName } = await scim.group()
    const upper = String(displayName).toUpperCase()
    assertError(await scim.post('/Groups', { displayName: upper }), 409, 'uniqueness')
    assert.equal((await scim.remove(`/Groups/${id}`)).status, 204)
    assert.equal((await scim.post('/Groups', { displayName: upper })).status, 201)
  })
})

type Row = readonly [
  name: string,
  before: string,
  operations: () => readonly object[],
  after: string,
]

const values = (letters: string) => named(letters).map((value) => ({ value }))
const one = (letter: string) => named(letter)[0] ?? ''

const patches: readonly Row[] = [
  ['add of a list', '', () => [{ op: 'add', path: 'members', value: values('ab') }], 'ab'],
  [
    'add of an object',
    'a',
    () => [{ op: 'add', path: 'members', value: { value: one('b') } }],
    'ab',
  ],
  ['add without a path', 'a', () => [{ op: 'add', value: { members: values('b') } }], 'ab'],
  ['add of who is there', 'ab', () => [{ op: 'add', path: 'members', value: values('ab') }], 'ab'],
  ['add of nobody', 'a', () => [{ op: 'add', path: 'members', value: [] }], 'a'],
  [
    'add of somebody unknown',
    'a',
    () => [{ op: 'add', path: 'members', value: [{ value: unknown }, ...values('b')] }],
    'ab',
  ],
  [
    'add with nulls',
    '',
    () => [{ op: 'Add', path: 'members', value: [{ $ref: null, display: null, value: one('a') }] }],
    'a',
  ],
  [
    'add by the name with its URN',
    '',
    () => [{ op: 'add', path: `${urn.group}:members`, value: values('a') }],
    'a',
  ],
  [
    'replace by a list',
    'ab',
    () => [{ op: 'replace', path: 'members', value: values('bc') }],
    'bc',
  ],
  [
    'replace by an object',
    'ab',
    () => [{ op: 'replace', path: 'members', value: { value: one('c') } }],
    'c',
  ],
  ['replace by nobody', 'ab', () => [{ op: 'replace', path: 'members', value: [] }], ''],
  ['replace by null', 'ab', () => [{ op: 'replace', path: 'members', value: null }], ''],
  ['replace without a path', 'ab', () => [{ op: 'replace', value: { members: values('c') } }], 'c'],
  [
    'remove by a filter',
    'ab',
    () => [{ op: 'remove', path: `members[value eq "${one('a')}"]` }],
    'b',
  ],
  [
    'remove by a filter in any letter case',
    'ab',
    () => [{ op: 'Remove', path: `MEMBERS[VALUE EQ "${one('a')}"]` }],
    'b',
  ],
  [
    'remove by a filter of two',
    'abc',
    () => [{ op: 'remove', path: `members[value eq "${one('a')}" or value eq "${one('c')}"]` }],
    'b',
  ],
  [
    'remove by a filter on the type',
    'ab',
    () => [{ op: 'remove', path: 'members[type eq "User"]' }],
    '',
  ],
  [
    'remove by a filter that finds nobody',
    'ab',
    () => [{ op: 'remove', path: `members[value eq "${unknown}"]` }],
    'ab',
  ],
  [
    'remove by a list of values',
    'abc',
    () => [{ op: 'remove', path: 'members', value: values('ab') }],
    'c',
  ],
  [
    'remove by an object',
    'abc',
    () => [{ op: 'remove', path: 'members', value: { value: one('a') } }],
    'bc',
  ],
  [
    'remove by a list with more than ids',
    'ab',
    () => [
      {
        op: 'Remove',
        path: 'members',
        value: [{ $ref: null, display: 'A', type: 'User', value: one('a') }],
      },
    ],
    'b',
  ],
  ['remove by a list of nobody', 'ab', () => [{ op: 'remove', path: 'members', value: [] }], 'ab'],
  [
    'remove by a list of somebody unknown',
    'ab',
    () => [{ op: 'remove', path: 'members', value: [{ value: unknown }] }],
    'ab',
  ],
  ['remove of all', 'ab', () => [{ op: 'remove', path: 'members' }], ''],
  [
    'remove and add in one request',
    'ab',
    () => [
      { op: 'remove', path: `members[value eq "${one('a')}"]` },
      { op: 'add', path: 'members', value: values('c') },
    ],
    'bc',
  ],
  [
    'add and remove of the same',
    'a',
    () => [
      { op: 'add', path: 'members', value: values('b') },
      { op: 'remove', path: `members[value eq "${one('b')}"]` },
    ],
    'a',
  ],
  [
    'remove and add of the same',
    'ab',
    () => [
      { op: 'remove', path: `members[value eq "${one('a')}"]` },
      { op: 'add', path: 'members', value: values('a') },
    ],
    'ab',
  ],
  [
    'remove of all and add of one',
    'ab',
    () => [
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: values('c') },
    ],
    'c',
  ],
  [
    'replace and add',
    'a',
    () => [
      { op: 'replace', path: 'members', value: values('b') },
      { op: 'add', path: 'members', value: values('c') },
    ],
    'bc',
  ],
  [
    'add and replace',
    'a',
    () => [
      { op: 'add', path: 'members', value: values('b') },
      { op: 'replace', path: 'members', value: values('c') },
    ],
    'c',
  ],
]

describe('PATCH of members', () => {
  for (const [name, start, operations, after] of patches) {
    test(name, async () => {
      const { id } = await scim.group(named(start))
      const answer = await scim.patch(`/Groups/${id}`, operations())
      assert.equal(answer.status, 204, answer.text)
      assert.equal(answer.text, '')
      assert.deepEqual(await scim.membersOf(id), named(after))
    })
  }

  const refused: readonly (readonly [string, object, string | RegExp])[] = [
    [
      'a filter on what members do not have',
      { op: 'remove', path: 'members[shoe eq "x"]' },
      /^invalid(?:Path|Filter)$/,
    ],
    [
      'a filter that does not end',
      { op: 'remove', path: 'members[value eq "x"' },
      /^invalid(?:Path|Filter)$/,
    ],
    ['members that are a number', { op: 'add', path: 'members', value: 5 }, 'invalidValue'],
    ['no value', { op: 'add', path: 'members' }, 'invalidValue'],
    [
      'a member without a value',
      { op: 'add', path: 'members', value: [{ display: 'x' }] },
      'invalidValue',
    ],
    ['a path of nothing', { op: 'add', path: 'owners', value: [{ value: 'x' }] }, 'invalidPath'],
    ['a remove without a path', { op: 'remove' }, 'noTarget'],
    ['the removal of its name', { op: 'remove', path: 'displayName' }, 'mutability'],
  ]
  for (const [name, operation, scimType] of refused) {
    test(`refuses ${name}`, async () => {
      const group = await scim.group([ada])
      const answer = await scim.patch(`/Groups/${group.id}`, [
        { op: 'add', path: 'members', value: values('b') },
        operation,
      ])
      const told = String(answer.body['scimType'])
      assert.match(
        told,
        scimType instanceof RegExp ? scimType : new RegExp(`^${scimType}$`),
        answer.text,
      )
      assertError(answer, 400, told)
      assert.deepEqual(await scim.membersOf(group.id), named('a'), 'nothing has changed')
    })
  }
})

describe('PATCH of a group', () => {
  test('changes its name, and what finds it', async () => {
    const group = await scim.group([ada])
    const displayName = newName()
    const rename = [{ op: 'Replace', path: 'displayName', value: displayName }]
    assert.equal((await scim.patch(`/Groups/${group.id}`, rename)).status, 204)
    const find = async (name: unknown) =>
      (await scim.find('/Groups', `displayName eq "${name}"`)).body['totalResults']
    assert.deepEqual([await find(displayName), await find(group['displayName'])], [1, 0])
    assert.deepEqual(await scim.membersOf(group.id), named('a'))
  })

  test('takes id and name without a path, as Okta sends them', async () => {
    const { id } = await scim.group()
    const displayName = newName()
    const rename = [{ op: 'replace', value: { id, displayName } }]
    assert.equal((await scim.patch(`/Groups/${id}`, rename)).status, 204)
    assertMatches(await scim.read(`/Groups/${id}`), { id, displayName })
  })

  test('is refused a name that another group has', async () => {
    const { displayName } = await scim.group()
    const { id } = await scim.group()
    const rename = [{ op: 'replace', path: 'displayName', value: displayName }]
    assertError(await scim.patch(`/Groups/${id}`, rename), 409, 'uniqueness')
  })

  test('of what is not there answers 404', async () => {
    const path = '/Groups/grp_00000000000000000000000000000000'
    const add = [{ op: 'add', path: 'members', value: values('a') }]
    assertError(await scim.patch(path, add), 404)
  })

  test('answers the group where attributes asks for some of it, else 204', async () => {
    const { id } = await scim.group()
    const add = [{ op: 'add', path: 'members', value: values('a') }]
    const answer = await scim.patch(`/Groups/${id}?attributes=displayName`, add)
    assert.equal(answer.status, 200, answer.text)
    assertMatches(answer.body, { id, displayName: '~/./', members: '~absent' })
    const silent = await scim.patch(`/Groups/${id}`, add)
    assert.deepEqual([silent.status, silent.text], [204, ''])
  })
})

describe('a replacement of a group', () => {
  let group: Resource
  before(async () => {
    group = await scim.group([ada, bob], { externalId: 'before' })
  })

  test('replaces name and members', async () => {
    const displayName = newName()
    const { status, body } = await scim.put(`/Groups/${group.id}`, {
      schemas: [urn.group],
      id: group.id,
      displayName,
      members: values('bc'),
    })
    assert.equal(status, 200)
    assertMatches(body, { id: group.id, displayName, externalId: '~absent' })
    assert.deepEqual(await scim.membersOf(group.id), named('bc'))
  })

  test('without members takes them away', async () => {
    const { id, displayName } = await scim.group([ada, bob])
    assert.equal((await scim.put(`/Groups/${id}`, { displayName })).status, 200)
    assert.deepEqual(await scim.membersOf(id), [])
  })

  test('with what was read changes nothing', async () => {
    const before = await scim.group([ada, bob])
    const { status, body } = await scim.put(`/Groups/${before.id}`, before)
    assert.equal(status, 200)
    assertMatches(body['meta'], before['meta'])
    assert.deepEqual(await scim.membersOf(before.id), named('ab'))
  })

  test('passes over members that are not there', async () => {
    const { id, displayName } = await scim.group([ada])
    const members = [{ value: unknown }, ...values('c')]
    assert.equal((await scim.put(`/Groups/${id}`, { displayName, members })).status, 200)
    assert.deepEqual(await scim.membersOf(id), named('c'))
  })

  test('needs a name, and makes nothing where there is nothing', async () => {
    assertError(await scim.put(`/Groups/${group.id}`, { members: [] }), 400, 'invalidValue')
    const path = '/Groups/grp_00000000000000000000000000000000'
    assertError(await scim.put(path, { displayName: newName() }), 404)
  })
})

describe('a deletion of a group', () => {
  test('leaves its members, and takes it out of theirs', async () => {
    const user = await scim.user()
    const inner = await scim.group([user.id])
    const outer = await scim.group([inner.id, user.id])
    assert.equal((await scim.remove(`/Groups/${inner.id}`)).status, 204)
    assertError(await scim.get(`/Groups/${inner.id}`), 404)
    assertError(await scim.remove(`/Groups/${inner.id}`), 404)
    assert.deepEqual(await scim.membersOf(outer.id), [user.id])
    const { groups } = await scim.read(`/Users/${user.id}?attributes=groups`)
    assertMatches(groups, [{ value: outer.id }])
    const found = await scim.find('/Groups', `id eq "${inner.id}"`)
    assert.equal(found.body['totalResults'], 0)
  })
})

describe('groups of a user', () => {
  test('are what the user is a direct member of, and follow every change', async () => {
    const user = await scim.user()
    const groups = async () => {
      const { groups: now = [] } = (await scim.read(`/Users/${user.id}?attributes=groups`)) as {
        groups?: { value: string }[]
      }
      return now.map(({ value }) => value)
    }
    assert.deepEqual(await groups(), [])
    const group = await scim.group([user.id])
    await scim.group([group.id])
    assert.deepEqual(await groups(), [group.id])
    const path = `members[value eq "${user.id}"]`
    await scim.patch(`/Groups/${group.id}`, [{ op: 'remove', path }])
    assert.deepEqual(await groups(), [])
    await scim.put(`/Groups/${group.id}`, {
      displayName: group['displayName'],
      members: [{ value: user.id }],
    })
    assert.deepEqual(await groups(), [group.id])
  })
})
