import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, newName, newScim, type Scim, urn } from './scim-client.ts'

/**
 * Proves PATCH of users, RFC 7644 §3.5.2 with erratum 8097, and the forms of it that connectors
 * send: each row is a document, operations, and what becomes of it or why it is refused.
 */
let scim: Scim
before(async () => {
  scim = await newScim()
})

const work = { value: 'work@nowhere.example', type: 'work', primary: true }
const home = { value: 'home@nowhere.example', type: 'home' }
const other = { value: 'other@nowhere.example', type: 'other' }
const department = `${urn.enterprise}:department`
const manager = `${urn.enterprise}:manager`
const boss = { value: 'boss-1', displayName: 'The Boss' }

type Row = readonly [name: string, before: object, operations: readonly object[], after: object]

const op = (name: string, path?: string, value?: unknown) => ({
  op: name,
  ...(path !== undefined && { path }),
  ...(value !== undefined && { value }),
})
const add = (path: string | undefined, value: unknown) => op('add', path, value)
const replace = (path: string | undefined, value: unknown) => op('replace', path, value)
const remove = (path: string, value?: unknown) => op('remove', path, value)

const changes: Readonly<Record<string, readonly Row[]>> = {
  'add to a simple attribute': [
    ['sets it', {}, [add('title', 'Dr')], { title: 'Dr' }],
    ['replaces it (§3.5.2.1)', { title: 'Mr' }, [add('title', 'Dr')], { title: 'Dr' }],
    [
      'takes a name in any letter case',
      {},
      [add('TITLE', 'Dr')],
      { title: 'Dr', TITLE: '~absent' },
    ],
    ['takes the name with its URN', {}, [add(`${urn.user}:title`, 'Dr')], { title: 'Dr' }],
    [
      'takes the URN in any letter case',
      {},
      [add(`${urn.user.toUpperCase()}:title`, 'Dr')],
      { title: 'Dr' },
    ],
    ['sets a boolean', {}, [add('active', false)], { active: false }],
    ['takes a boolean as a text', {}, [add('active', 'False')], { active: false }],
    ['takes a list of one for a single value', {}, [add('title', ['Dr'])], { title: 'Dr' }],
    ['unassigns by null', { title: 'Mr' }, [add('title', null)], { title: '~absent' }],
  ],
  'add to a complex attribute': [
    [
      'sets a sub-attribute',
      { name: { givenName: 'A' } },
      [add('name.familyName', 'B')],
      { name: { givenName: 'A', familyName: 'B' } },
    ],
    ['makes the attribute', {}, [add('name.familyName', 'B')], { name: { familyName: 'B' } }],
    [
      'merges an object',
      { name: { givenName: 'A', familyName: 'B' } },
      [add('name', { familyName: 'C' })],
      { name: { givenName: 'A', familyName: 'C' } },
    ],
  ],
  'add to a list': [
    ['appends a list', { emails: [work] }, [add('emails', [home])], { emails: [work, home] }],
    ['appends an object', { emails: [work] }, [add('emails', home)], { emails: [work, home] }],
    ['makes the list', {}, [add('emails', [work])], { emails: [work] }],
    [
      'does not add what is there (§3.5.2.1)',
      { emails: [work] },
      [add('emails', [work])],
      { emails: [work] },
    ],
    [
      'takes primary from the others (§3.5.2)',
      { emails: [work] },
      [add('emails', [{ ...home, primary: true }])],
      {
        emails: [
          { ...work, primary: '~/^(?:false|undefined)$/' },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'sets a sub-attribute of one value',
      { emails: [work, home] },
      [add('emails[type eq "home"].display', 'At home')],
      { emails: [work, { ...home, display: 'At home' }] },
    ],
    [
      'creates the value that a filter does not find (erratum 8097)',
      { emails: [work] },
      [add('emails[type eq "home"].value', home.value)],
      { emails: [work, home] },
    ],
    [
      'creates one value by several operations',
      {},
      [
        add('addresses[type eq "work"].locality', 'X'),
        add('addresses[type eq "work"].country', 'Y'),
      ],
      { addresses: [{ type: 'work', locality: 'X', country: 'Y' }] },
    ],
    [
      'creates by an object',
      {},
      [add('emails[type eq "work"]', { value: work.value })],
      { emails: [{ type: 'work', value: work.value }] },
    ],
    [
      'creates by two terms',
      {},
      [add('emails[type eq "work" and primary eq true].value', 'a@b.example')],
      { emails: [{ type: 'work', primary: true, value: 'a@b.example' }] },
    ],
  ],
  'add without a path': [
    [
      'sets each attribute',
      {},
      [add(undefined, { title: 'Dr', active: false })],
      { title: 'Dr', active: false },
    ],
    [
      'merges complex attributes',
      { name: { givenName: 'A' } },
      [add(undefined, { name: { familyName: 'B' } })],
      { name: { givenName: 'A', familyName: 'B' } },
    ],
    [
      'appends to lists',
      { emails: [work] },
      [add(undefined, { emails: [home] })],
      { emails: [work, home] },
    ],
    [
      'takes paths for keys',
      {},
      [add(undefined, { 'name.givenName': 'A', 'emails[type eq "work"].value': 'a@b.example' })],
      { name: { givenName: 'A' }, emails: [{ type: 'work', value: 'a@b.example' }] },
    ],
    [
      'takes an extension by its URN',
      { [urn.enterprise]: { costCenter: '1' } },
      [add(undefined, { [urn.enterprise]: { department: 'IT' } })],
      { [urn.enterprise]: { costCenter: '1', department: 'IT' } },
    ],
    [
      'takes URN and name in one key',
      {},
      [add(undefined, { [department]: 'IT' })],
      { [urn.enterprise]: { department: 'IT' } },
    ],
  ],
  'replace of a simple attribute': [
    ['changes it', { title: 'Mr' }, [replace('title', 'Dr')], { title: 'Dr' }],
    ['sets it where it is not (§3.5.2.3)', {}, [replace('title', 'Dr')], { title: 'Dr' }],
    ['unassigns by null', { title: 'Mr' }, [replace('title', null)], { title: '~absent' }],
    [
      'takes op in any letter case',
      { title: 'Mr' },
      [op('RePlAcE', 'title', 'Dr')],
      { title: 'Dr' },
    ],
  ],
  'replace of a complex attribute': [
    [
      'changes what is given, and leaves the rest (§3.5.2.3)',
      { name: { givenName: 'A', familyName: 'B' } },
      [replace('name', { familyName: 'C' })],
      { name: { givenName: 'A', familyName: 'C' } },
    ],
    [
      'changes a sub-attribute',
      { name: { givenName: 'A', familyName: 'B' } },
      [replace('name.familyName', 'C')],
      { name: { givenName: 'A', familyName: 'C' } },
    ],
  ],
  'replace of a list': [
    [
      'puts the new values in place of all',
      { emails: [work, home] },
      [replace('emails', [other])],
      { emails: [other] },
    ],
    ['takes an object', { emails: [work, home] }, [replace('emails', other)], { emails: [other] }],
    [
      'by an empty list unassigns',
      { emails: [work] },
      [replace('emails', [])],
      { emails: '~absent' },
    ],
    [
      'by a filter changes what it finds',
      { emails: [work, home] },
      [replace('emails[type eq "work"]', { value: 'n@x.example', type: 'work' })],
      { emails: { '~only': [{ value: 'n@x.example', type: 'work' }, home] } },
    ],
    [
      'by a filter and a name changes that of each',
      { emails: [work, home, other] },
      [replace('emails[type ne "work"].display', 'Private')],
      { emails: [work, { ...home, display: 'Private' }, { ...other, display: 'Private' }] },
    ],
    [
      'by a name changes that of all',
      { emails: [work, home] },
      [replace('emails.display', 'All')],
      {
        emails: [
          { ...work, display: 'All' },
          { ...home, display: 'All' },
        ],
      },
    ],
    [
      'by a filter on the value',
      { emails: [work, home] },
      [replace(`emails[value eq "${home.value.toUpperCase()}"].type`, 'other')],
      { emails: [work, { ...home, type: 'other' }] },
    ],
  ],
  'replace without a path': [
    [
      'sets each attribute and leaves the others',
      { title: 'Mr', nickName: 'B' },
      [replace(undefined, { title: 'Dr' })],
      { title: 'Dr', nickName: 'B' },
    ],
    [
      'puts lists in place',
      { emails: [work, home] },
      [replace(undefined, { emails: [other] })],
      { emails: [other] },
    ],
    [
      'takes paths and URNs for keys',
      { name: { givenName: 'A', familyName: 'B' } },
      [replace(undefined, { 'name.familyName': 'C', [department]: 'IT' })],
      { name: { givenName: 'A', familyName: 'C' }, [urn.enterprise]: { department: 'IT' } },
    ],
    [
      'passes over schemas',
      {},
      [replace(undefined, { schemas: [urn.user], title: 'Dr' })],
      { title: 'Dr' },
    ],
  ],
  remove: [
    ['takes a simple attribute away', { title: 'Mr' }, [remove('title')], { title: '~absent' }],
    ['of what is not there is done', {}, [remove('title')], { title: '~absent' }],
    [
      'takes a sub-attribute away',
      { name: { givenName: 'A', familyName: 'B' } },
      [remove('name.givenName')],
      { name: { givenName: '~absent', familyName: 'B' } },
    ],
    [
      'of the last sub-attribute takes the attribute away',
      { name: { givenName: 'A' } },
      [remove('name.givenName')],
      { name: '~absent' },
    ],
    [
      'takes a complex attribute away',
      { name: { givenName: 'A' } },
      [remove('name')],
      { name: '~absent' },
    ],
    ['takes a list away', { emails: [work, home] }, [remove('emails')], { emails: '~absent' }],
    [
      'by a filter takes what it finds',
      { emails: [work, home, other] },
      [remove('emails[type eq "home"]')],
      { emails: [work, other] },
    ],
    [
      'by a filter of many terms',
      { emails: [work, home, other] },
      [remove('emails[not (type eq "work") and value co "nowhere"]')],
      { emails: [work] },
    ],
    [
      'of the last value unassigns (§3.5.2.2)',
      { emails: [work] },
      [remove('emails[type eq "work"]')],
      { emails: '~absent' },
    ],
    [
      'by a filter and a name takes that away',
      { emails: [{ ...work, display: 'W' }, home] },
      [remove('emails[type eq "work"].display')],
      { emails: [{ ...work, display: '~absent' }, home] },
    ],
    [
      'by a list of values takes those away',
      { emails: [work, home] },
      [remove('emails', [{ value: home.value }])],
      { emails: [work] },
    ],
    [
      'takes an op in any letter case',
      { title: 'Mr' },
      [op('REMOVE', 'title')],
      { title: '~absent' },
    ],
  ],
  'the enterprise extension': [
    ['is added to', {}, [add(department, 'IT')], { [urn.enterprise]: { department: 'IT' } }],
    [
      'is replaced in part',
      { [urn.enterprise]: { department: 'IT', division: 'D' } },
      [replace(department, 'HR')],
      { [urn.enterprise]: { department: 'HR', division: 'D' } },
    ],
    [
      'is replaced by its URN',
      { [urn.enterprise]: { department: 'IT', division: 'D' } },
      [replace(urn.enterprise, { department: 'HR' })],
      { [urn.enterprise]: { department: 'HR' } },
    ],
    [
      'is removed in part',
      { [urn.enterprise]: { department: 'IT', division: 'D' } },
      [remove(department)],
      { [urn.enterprise]: { department: '~absent', division: 'D' } },
    ],
    [
      'is removed whole',
      { [urn.enterprise]: { department: 'IT' } },
      [remove(urn.enterprise)],
      { [urn.enterprise]: '~absent', schemas: [urn.user] },
    ],
    [
      'takes a manager as an object',
      {},
      [add(manager, boss)],
      { [urn.enterprise]: { manager: boss } },
    ],
    [
      'takes a manager as a text',
      {},
      [add(manager, 'boss-1')],
      { [urn.enterprise]: { manager: { value: 'boss-1' } } },
    ],
    [
      'takes a manager as a list of one',
      {},
      [add(manager, [{ value: 'boss-1' }])],
      { [urn.enterprise]: { manager: { value: 'boss-1' } } },
    ],
    [
      'takes a manager without its URN',
      {},
      [add('manager', 'boss-1')],
      { [urn.enterprise]: { manager: { value: 'boss-1' } }, manager: '~absent' },
    ],
    [
      'changes a part of the manager',
      { [urn.enterprise]: { manager: boss } },
      [replace(`${manager}.displayName`, 'B')],
      { [urn.enterprise]: { manager: { value: 'boss-1', displayName: 'B' } } },
    ],
    [
      'loses the manager by an empty text',
      { [urn.enterprise]: { manager: boss } },
      [replace(manager, '')],
      { [urn.enterprise]: '~absent' },
    ],
    [
      'loses the manager by a remove',
      { [urn.enterprise]: { manager: boss, department: 'IT' } },
      [remove(manager)],
      { [urn.enterprise]: { manager: '~absent', department: 'IT' } },
    ],
  ],
  'several operations': [
    [
      'are done in their order',
      {},
      [add('title', 'A'), replace('title', 'B'), remove('title'), add('title', 'C')],
      { title: 'C' },
    ],
    [
      'see what came before',
      {},
      [add('emails', [work]), replace('emails[type eq "work"].display', 'W')],
      { emails: [{ ...work, display: 'W' }] },
    ],
    ['of none change nothing', { title: 'A' }, [], { title: 'A' }],
  ],
}

for (const [group, rows] of Object.entries(changes)) {
  describe(`PATCH: ${group}`, () => {
    for (const [name, before, operations, after] of rows) {
      test(name, async () => {
        const user = await scim.user(before)
        const answer = await scim.patch(`/Users/${user.id}`, operations)
        assert.equal(answer.status, 200, answer.text)
        assertMatches(answer.body, after)
        assert.deepEqual(await scim.read(`/Users/${user.id}`), answer.body)
      })
    }
  })
}

type Refusal = readonly [name: string, body: unknown, status: number, scimType?: string | RegExp]

const patch = (...operations: readonly unknown[]) => ({
  schemas: [urn.patch],
  Operations: operations,
})

const refusals: readonly Refusal[] = [
  ['an unknown op', patch({ op: 'move', path: 'title', value: 'x' }), 400, 'invalidSyntax'],
  ['no op', patch({ path: 'title', value: 'x' }), 400, 'invalidSyntax'],
  ['an op that is no text', patch({ op: 1, path: 'title', value: 'x' }), 400, 'invalidSyntax'],
  ['an operation that is no object', patch('add'), 400, 'invalidSyntax'],
  ['operations that are no list', { schemas: [urn.patch], Operations: 5 }, 400, 'invalidSyntax'],
  ['no operations at all', { schemas: [urn.patch] }, 400, 'invalidSyntax'],
  ['a body that is a list', [], 400, 'invalidSyntax'],
  ['a remove without a path', patch({ op: 'remove' }), 400, 'noTarget'],
  [
    'a replace of a value that a filter does not find',
    patch(replace('emails[type eq "fax"].value', 'x')),
    400,
    'noTarget',
  ],
  ['a path of nothing', patch(add('shoeSize', 1)), 400, 'invalidPath'],
  ['a path of nothing in an attribute', patch(add('name.shoeSize', 1)), 400, 'invalidPath'],
  ['an unknown URN', patch(add('urn:example:Other:tag', 'x')), 400, 'invalidPath'],
  ['a path that is no path', patch(add('title title', 'x')), 400, 'invalidPath'],
  ['an empty path', patch(add('', 'x')), 400, /^invalid(?:Path|Value)$/],
  [
    'a path that is no text',
    patch(add(5 as unknown as string, 'x')),
    400,
    /^invalid(?:Path|Syntax)$/,
  ],
  [
    'a filter that does not end',
    patch(add('emails[type eq "work"', 'x')),
    400,
    /^invalid(?:Path|Filter)$/,
  ],
  ['a filter of nothing', patch(add('emails[].value', 'x')), 400, /^invalid(?:Path|Filter)$/],
  [
    'a filter with an unknown name',
    patch(add('emails[shoe eq "x"].value', 'x')),
    400,
    /^invalid(?:Path|Filter)$/,
  ],
  [
    'a filter with an unknown operator',
    patch(add('emails[type is "x"].value', 'x')),
    400,
    /^invalid(?:Path|Filter)$/,
  ],
  [
    'a filter on what is no list',
    patch(replace('title[value eq "x"]', 'x')),
    400,
    /^invalid(?:Path|Filter)$/,
  ],
  ['__proto__ as a path', patch(add('__proto__.polluted', 'x')), 400, 'invalidPath'],
  [
    'constructor.prototype as a path',
    patch(add('constructor.prototype.polluted', 'x')),
    400,
    'invalidPath',
  ],
  ['the removal of the userName', patch(remove('userName')), 400, 'mutability'],
  ['the id', patch(replace('id', 'x')), 400, 'mutability'],
  ['a removal of the id', patch(remove('id')), 400, 'mutability'],
  ['meta', patch(replace('meta.version', 'x')), 400, 'mutability'],
  ['groups', patch(add('groups', [{ value: 'x' }])), 400, 'mutability'],
  ['userName: null', patch(replace('userName', null)), 400, /^(?:invalidValue|mutability)$/],
  ['an empty userName', patch(replace('userName', '')), 400, /^(?:invalidValue|mutability)$/],
  ['a number for a text', patch(replace('title', 5)), 400, 'invalidValue'],
  ['a text for a boolean', patch(replace('active', 'maybe')), 400, 'invalidValue'],
  ['a text for a complex attribute', patch(replace('name', 'x')), 400, 'invalidValue'],
  [
    'two primary values at once',
    patch(replace('emails', [work, { ...home, primary: true }])),
    400,
    'invalidValue',
  ],
  ['an add without a value', patch({ op: 'add', path: 'title' }), 400, 'invalidValue'],
  ['an add without path and object', patch({ op: 'add', value: 'x' }), 400, 'invalidValue'],
]

describe('PATCH refuses', () => {
  for (const [name, body, status, scimType] of refusals) {
    test(name, async () => {
      const user = await scim.user({ title: 'Mr', emails: [work] })
      const answer = await scim.call('PATCH', `/Users/${user.id}`, { body })
      const told = answer.body['scimType']
      if (scimType instanceof RegExp) assert.match(String(told), scimType, answer.text)
      assertError(answer, status, scimType instanceof RegExp ? String(told) : scimType)
      assert.deepEqual(await scim.read(`/Users/${user.id}`), user, 'nothing has changed')
    })
  }

  test('all where one operation is refused', async () => {
    const user = await scim.user({ title: 'Mr' })
    const operations = [replace('title', 'Dr'), add('shoeSize', 1)]
    assertError(await scim.patch(`/Users/${user.id}`, operations), 400, 'invalidPath')
    assert.deepEqual(await scim.read(`/Users/${user.id}`), user)
  })

  test('more than 1,000 operations', async () => {
    const { id } = await scim.user()
    const operations = Array.from({ length: 1001 }, (_, n) => replace('title', `${n}`))
    assertError(await scim.patch(`/Users/${id}`, operations), 413)
    const allowed = await scim.patch(`/Users/${id}`, operations.slice(0, 1000))
    assertMatches(allowed.body, { title: '999' })
  })
})

describe('PATCH', () => {
  test('that changes nothing leaves lastModified and version alone (§3.5.2.1)', async () => {
    const user = await scim.user({ title: 'Mr', emails: [work] })
    const operations = [replace('title', 'Mr'), add('emails', [work]), remove('nickName')]
    const { status, body } = await scim.patch(`/Users/${user.id}`, operations)
    assert.equal(status, 200)
    assert.deepEqual(body, user)
  })

  test('that changes something has a new version and a later lastModified', async () => {
    const user = await scim.user()
    const { body, headers } = await scim.patch(`/Users/${user.id}`, [add('title', 'Dr')])
    const [was, is] = [user, body].map((one) => one['meta'] as Record<string, string>)
    assert.notEqual(is?.['version'], was?.['version'])
    assert.equal(headers.get('etag'), is?.['version'])
    assert.equal(is?.['created'], was?.['created'])
    assert.ok(Date.parse(is?.['lastModified'] ?? '') >= Date.parse(was?.['lastModified'] ?? ''))
  })

  test('takes a body without schemas', async () => {
    const { id } = await scim.user()
    const body = { Operations: [add('title', 'Dr')] }
    const answer = await scim.call('PATCH', `/Users/${id}`, { body })
    assertMatches(answer.body, { title: 'Dr' })
  })

  test('takes Operations in any letter case', async () => {
    const { id } = await scim.user()
    const body = { schemas: [urn.patch], operations: [{ OP: 'add', Path: 'title', VALUE: 'Dr' }] }
    const answer = await scim.call('PATCH', `/Users/${id}`, { body })
    assert.equal(answer.status, 200, answer.text)
    assertMatches(answer.body, { title: 'Dr' })
  })

  test('answers what attributes asks for (§3.9)', async () => {
    const { id } = await scim.user()
    const { body } = await scim.patch(`/Users/${id}?attributes=title`, [add('title', 'Dr')])
    assertMatches(body, { id, title: 'Dr', userName: '~absent' })
  })

  test('of a userName moves the name: found by the new one, not by the old', async () => {
    const user = await scim.user()
    const value = newName()
    await scim.patch(`/Users/${user.id}`, [replace('userName', value)])
    const total = async (name: unknown) =>
      (await scim.find('/Users', `userName eq "${name}"`)).body['totalResults']
    assert.deepEqual([await total(value), await total(user['userName'])], [1, 0])
  })

  test('of externalId and e-mails moves what finds them', async () => {
    const user = await scim.user({ externalId: 'before-1', emails: [home] })
    await scim.patch(`/Users/${user.id}`, [
      replace('externalId', 'after-1'),
      replace('emails', [other]),
    ])
    const finds = async (filter: string) =>
      (await scim.find('/Users', `id eq "${user.id}" and ${filter}`)).body['totalResults']
    assert.equal(await finds('externalId eq "after-1"'), 1)
    assert.equal(await finds('externalId eq "before-1"'), 0)
    assert.equal(await finds(`emails.value eq "${other.value}"`), 1)
    const old = await scim.find('/Users', 'externalId eq "before-1"')
    assert.equal(old.body['totalResults'], 0)
  })

  test('of what is not there answers 404', async () => {
    const path = '/Users/usr_00000000000000000000000000000000'
    assertError(await scim.patch(path, [add('title', 'x')]), 404)
  })

  test('of sixteen at once loses none of them', async () => {
    const { id } = await scim.user()
    const values = Array.from({ length: 16 }, (_, n) => `p${n}@nowhere.example`)
    const answers = await Promise.all(
      values.map((value) => scim.patch(`/Users/${id}`, [add('emails', [{ value }])])),
    )
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    const { emails } = (await scim.read(`/Users/${id}`)) as unknown as {
      emails: readonly { value: string }[]
    }
    assert.deepEqual(new Set(emails.map(({ value }) => value)), new Set(values))
  })
})
