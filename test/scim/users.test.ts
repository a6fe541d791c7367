import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, newName, newScim, type Resource, type Scim, urn } from './scim-client.ts'

/**
 * Proves how users are created, read, replaced and deleted: RFC 7644 §3.3, §3.4.1, §3.5.1, §3.6;
 * that values come back as they came, what is unassigned is left out, and that active:false and
 * DELETE are different things (R28).
 */
let scim: Scim
before(async () => {
  scim = await newScim()
})

const full = {
  externalId: 'Ext-1',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  emails: [
    { value: 'bjensen@nowhere.example', type: 'work', primary: true },
    { value: 'Babs@Jensen.example', type: 'home' },
  ],
  addresses: [
    {
      type: 'work',
      streetAddress: '100 Universal City Plaza',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'USA',
      formatted: '100 Universal City Plaza\nHollywood, CA 91608 USA',
      primary: true,
    },
    { type: 'home', streetAddress: '456 Hollywood Blvd', locality: 'Hollywood' },
  ],
  phoneNumbers: [
    { value: '555-555-5555', type: 'work' },
    { value: '+1 (555) 555 4444', type: 'mobile' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [{ value: 'https://photos.example.com/F/c7/T', type: 'photo' }],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  entitlements: [{ value: 'e1' }],
  roles: [{ value: 'r1', display: 'Role 1' }],
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UE' }],
  [urn.enterprise]: {
    employeeNumber: '701984',
    costCenter: '4130',
    organization: 'Universal Studios',
    division: 'Theme Park',
    department: 'Tour Operations',
    manager: { value: '26118915-6090-4610-87e4-49d8ca9f808d', displayName: 'John Smith' },
  },
}

describe('a creation', () => {
  test('answers 201 with the resource, its Location and ETag', async () => {
    const { status, headers, body } = await scim.post('/Users', {
      schemas: [urn.user],
      userName: newName(),
    })
    assert.equal(status, 201)
    const location = `${scim.base}/Users/${body['id']}`
    assert.equal(headers.get('location'), location)
    assert.match(headers.get('content-type') ?? '', /^application\/scim\+json/)
    const version = headers.get('etag')
    const times = { created: '~dateTime', lastModified: '~dateTime' }
    assertMatches(body, {
      schemas: { '~contains': [urn.user] },
      id: '~/^usr_/',
      meta: { resourceType: 'User', location, version, ...times },
    })
    const { created, lastModified } = body['meta'] as Record<string, string>
    assert.equal(created, lastModified)
  })

  test('keeps the example of RFC 7643 §8.3 as it came', async () => {
    const user = await scim.user(full)
    assertMatches(user, full)
    assertMatches(user['schemas'], { '~only': [urn.user, urn.enterprise] })
    assertMatches(await scim.read(`/Users/${user.id}`), full)
  })

  test('makes another id each time', async () => {
    const users = [await scim.user(), await scim.user()]
    assert.equal(new Set(users.map(({ id }) => id)).size, 2)
  })

  test('needs the userName alone', async () => {
    const userName = newName()
    const { status, body } = await scim.post('/Users', { userName })
    assert.equal(status, 201)
    const { id, schemas, meta, ...rest } = body
    assert.ok(id && meta)
    assert.deepEqual(schemas, [urn.user])
    assert.deepEqual(rest, { userName })
  })

  test('takes names of attributes in any letter case (RFC 7643 §2.1)', async () => {
    const userName = newName()
    const body = { USERNAME: userName, Name: { FAMILYNAME: 'L' }, eMails: [{ VALUE: 'x@y.z' }] }
    const answer = await scim.post('/Users', body)
    assert.equal(answer.status, 201, answer.text)
    assertMatches(answer.body, {
      userName,
      name: { familyName: 'L' },
      emails: [{ value: 'x@y.z' }],
    })
    assert.doesNotMatch(answer.text, /USERNAME|FAMILYNAME|eMails|VALUE/)
  })

  const unassigned = [
    ['null', null],
    ['an empty list', []],
  ] as const
  for (const [name, value] of unassigned) {
    test(`leaves out what is ${name}: it is unassigned (RFC 7643 §2.5)`, async () => {
      const user = await scim.user({ title: null, emails: value, addresses: value, name: null })
      const { title, emails, addresses, name: names } = user
      assert.deepEqual([title, emails, addresses, names], Array.from({ length: 4 }))
    })
  }

  test('takes an object for a list of one, and a list of one for an object', async () => {
    const user = await scim.user({
      emails: { value: 'one@nowhere.example', type: 'work' },
      name: [{ familyName: 'L' }],
    })
    assertMatches(user, { emails: [{ value: 'one@nowhere.example' }], name: { familyName: 'L' } })
  })

  for (const [text, value] of [
    ['"True"', 'True'],
    ['"false"', 'false'],
  ] as const) {
    test(`takes ${text} for a boolean, and answers a boolean`, async () => {
      const user = await scim.user({
        active: value,
        emails: [{ value: 'a@b.example', primary: value }],
      })
      const is = value === 'True'
      assertMatches(user, { active: is, emails: [{ primary: is }] })
    })
  }

  const wrong: readonly [string, object][] = [
    ['a number as userName', { userName: 5 }],
    ['an object as userName', { userName: { value: 'x' } }],
    ['a text as a complex attribute', { name: 'Babs Jensen' }],
    ['a number as a text', { title: 5 }],
    ['a text that is no boolean', { active: 'maybe' }],
    ['a number as a boolean', { active: 1 }],
    ['a list of texts where objects belong', { addresses: ['Main Street 1'] }],
    ['a text as an extension', { [urn.enterprise]: 'x' }],
    [
      'two primary values',
      { emails: [true, true].map((primary, n) => ({ value: `${n}@x.example`, primary })) },
    ],
  ]
  for (const [name, change] of wrong) {
    test(`is refused with ${name}`, async () => {
      const body = { schemas: [urn.user], userName: newName(), ...change }
      assertError(await scim.post('/Users', body), 400, 'invalidValue')
    })
  }

  const noResource: readonly [string, string][] = [
    ['no JSON', '{"userName":'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
  ]
  for (const [name, body] of noResource) {
    test(`is refused where the body is ${name}`, async () => {
      assertError(await scim.call('POST', '/Users', { body }), 400, 'invalidSyntax')
    })
  }

  test('leaves nothing behind where it is refused', async () => {
    const userName = newName()
    assertError(await scim.post('/Users', { userName, active: 'maybe' }), 400, 'invalidValue')
    assert.equal((await scim.find('/Users', `userName eq "${userName}"`)).body['totalResults'], 0)
    assert.equal((await scim.post('/Users', { userName })).status, 201)
  })

  test('is not polluted by __proto__ and constructor', async () => {
    const body = `{"userName":"${newName()}","__proto__":{"title":"x"},"constructor":{"prototype":{"title":"x"}},"name":{"__proto__":{"familyName":"x"}}}`
    const answer = await scim.call('POST', '/Users', { body })
    assert.equal(answer.status, 201, answer.text)
    assertMatches(answer.body, { title: '~absent' })
    assert.doesNotMatch(answer.text, /__proto__|constructor|"x"/)
  })
})

describe('a userName', () => {
  test('comes back as it came, white space and letter case', async () => {
    const userName = `  ${newName()} Äpfel ẞ 日本 🎉 `
    const { id } = await scim.user({ userName })
    assertMatches(await scim.read(`/Users/${id}`), { userName })
  })

  const alike: readonly [string, (name: string) => string, (name: string) => string][] = [
    ['letter case', (name) => name, (name) => name.toUpperCase()],
    ['umlauts', (name) => `ä${name}`, (name) => `Ä${name}`],
    ['composed and decomposed letters', (name) => `\u00e9${name}`, (name) => `e\u0301${name}`],
    ['compatibility characters', (name) => `ﬁ${name}`, (name) => `fi${name}`],
    ['wide letters', (name) => `ＡＢＣ${name}`, (name) => `abc${name}`],
    ['Greek sigmas', (name) => `Σίσυφοσ${name}`, (name) => `σίσυφοσ${name}`],
  ]
  for (const [name, one, other] of alike) {
    test(`is unique and found without regard to ${name}`, async () => {
      const base = newName()
      const { id } = await scim.user({ userName: one(base) })
      assertError(await scim.post('/Users', { userName: other(base) }), 409, 'uniqueness')
      const found = await scim.find('/Users', `userName eq ${JSON.stringify(other(base))}`)
      assertMatches(found.body, { totalResults: 1, Resources: [{ id }] })
    })
  }

  test('may be as long as 1,000 characters, and no longer', async () => {
    const long = `${newName()}${'x'.repeat(2000)}`
    const { id } = await scim.user({ userName: long.slice(0, 1000) })
    const found = await scim.find('/Users', `userName eq "${long.slice(0, 1000).toUpperCase()}"`)
    assertMatches(found.body, { Resources: [{ id }] })
    assertError(await scim.post('/Users', { userName: long.slice(0, 1001) }), 400, 'invalidValue')
  })

  test('that begins like another one of 700 bytes is another', async () => {
    const start = `${newName()}${'x'.repeat(800)}`
    const { id } = await scim.user({ userName: `${start}a` })
    await scim.user({ userName: `${start}b` })
    const found = await scim.find('/Users', `userName eq "${start}a"`)
    assertMatches(found.body, { totalResults: 1, Resources: [{ id }] })
  })

  test('is free again once its user has another, or is deleted', async () => {
    const userName = newName()
    const first = await scim.user({ userName })
    const op = { op: 'replace', path: 'userName', value: newName() }
    assert.equal((await scim.patch(`/Users/${first.id}`, [op])).status, 200)
    const second = await scim.user({ userName })
    assert.equal((await scim.remove(`/Users/${second.id}`)).status, 204)
    await scim.user({ userName })
  })

  test('that another has is refused in PUT and PATCH', async () => {
    const { userName } = await scim.user()
    const { id } = await scim.user()
    const value = String(userName).toUpperCase()
    assertError(await scim.put(`/Users/${id}`, { userName: value }), 409, 'uniqueness')
    const op = { op: 'replace', path: 'userName', value }
    assertError(await scim.patch(`/Users/${id}`, [op]), 409, 'uniqueness')
  })

  test('may be written in another letter case', async () => {
    const { id, userName } = await scim.user()
    const value = String(userName).toUpperCase()
    const op = { op: 'replace', path: 'userName', value }
    assertMatches((await scim.patch(`/Users/${id}`, [op])).body, { userName: value })
    assertMatches((await scim.find('/Users', `userName eq "${userName}"`)).body, {
      totalResults: 1,
    })
  })
})

describe('a read', () => {
  test('answers what was created', async () => {
    const user = await scim.user(full)
    assert.deepEqual(await scim.read(`/Users/${user.id}`), user)
  })

  for (const id of [
    'usr_00000000000000000000000000000000',
    '2819c223-7f76-453a-919d-413861904646',
    'x',
    '%00',
    '..%2FGroups',
    `usr_${'a'.repeat(500)}`,
    '__proto__',
  ]) {
    test(`of ${id.slice(0, 40)} answers 404`, async () => {
      assertError(await scim.get(`/Users/${id}`), 404)
      assertError(await scim.get(`/Groups/${id}`), 404)
    })
  }

  test('of a group among users answers 404', async () => {
    const { id } = await scim.group()
    assertError(await scim.get(`/Users/${id}`), 404)
  })
})

describe('a replacement', () => {
  let user: Resource
  before(async () => {
    user = await scim.user(full)
  })

  test('takes away what it does not have (RFC 7644 §3.5.1)', async () => {
    const body = { schemas: [urn.user], userName: user['userName'], title: 'Head' }
    const { status, body: answered } = await scim.put(`/Users/${user.id}`, body)
    assert.equal(status, 200)
    const { id, schemas, meta, ...rest } = answered
    assert.ok(id && schemas && meta)
    assert.deepEqual(rest, { userName: user['userName'], title: 'Head' })
    assert.deepEqual(await scim.read(`/Users/${user.id}`), answered)
  })

  test('keeps id and creation, and makes a new version', async () => {
    const before = await scim.user(full)
    const { body, headers } = await scim.put(`/Users/${before.id}`, {
      ...before,
      id: 'other',
      nickName: 'B',
    })
    const meta = before['meta'] as Record<string, string>
    assertMatches(body, { id: before.id, nickName: 'B', meta: { created: meta['created'] } })
    assert.notEqual((body['meta'] as Record<string, string>)['version'], meta['version'])
    assert.equal(headers.get('etag'), (body['meta'] as Record<string, string>)['version'])
  })

  test('with what was read changes nothing, and no version', async () => {
    const before = await scim.user(full)
    const { status, body } = await scim.put(`/Users/${before.id}`, before)
    assert.equal(status, 200)
    assert.deepEqual(body, before)
  })

  test('leaves memberships alone', async () => {
    const { id, userName } = await scim.user()
    const group = await scim.group([id])
    await scim.put(`/Users/${id}`, { userName, groups: [] })
    assert.deepEqual(await scim.membersOf(group.id), [id])
  })

  test('needs a userName', async () => {
    assertError(await scim.put(`/Users/${user.id}`, { title: 'x' }), 400, 'invalidValue')
  })

  test('makes nothing where there is nothing', async () => {
    const body = { userName: newName() }
    assertError(await scim.put('/Users/usr_00000000000000000000000000000000', body), 404)
    assert.equal(
      (await scim.find('/Users', `userName eq "${body.userName}"`)).body['totalResults'],
      0,
    )
  })

  test('is refused as a creation is', async () => {
    assertError(
      await scim.put(`/Users/${user.id}`, { userName: newName(), active: 'x' }),
      400,
      'invalidValue',
    )
    assertError(await scim.call('PUT', `/Users/${user.id}`, { body: '{' }), 400, 'invalidSyntax')
  })
})

describe('a deletion', () => {
  test('answers 204 without a body, and then 404 to everything', async () => {
    const { id, userName } = await scim.user(full)
    const { status, text } = await scim.remove(`/Users/${id}`)
    assert.deepEqual({ status, text }, { status: 204, text: '' })
    assertError(await scim.get(`/Users/${id}`), 404)
    assertError(await scim.remove(`/Users/${id}`), 404)
    assertError(await scim.put(`/Users/${id}`, { userName }), 404)
    assertError(await scim.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }]), 404)
  })

  test('takes the user out of lists, filters and groups', async () => {
    const own = await newScim()
    const gone = await own.user({ externalId: 'e1', emails: [{ value: 'g@nowhere.example' }] })
    const stays = await own.user()
    const group = await own.group([gone.id, stays.id])
    await own.remove(`/Users/${gone.id}`)
    assertMatches((await own.get('/Users')).body, {
      totalResults: 1,
      Resources: [{ id: stays.id }],
    })
    for (const filter of [
      `id eq "${gone.id}"`,
      'externalId eq "e1"',
      'emails.value eq "g@nowhere.example"',
      `userName eq "${gone['userName']}"`,
    ]) {
      const { body } = await own.find('/Users', filter)
      assertMatches(body, { totalResults: 0, Resources: [] })
    }
    assert.deepEqual(await own.membersOf(group.id), [stays.id])
    const found = await own.find('/Groups', `members.value eq "${gone.id}"`)
    assert.equal(found.body['totalResults'], 0)
  })
})

describe('active: false', () => {
  test('is no deletion: the user is read, listed and found', async () => {
    const own = await newScim()
    const { id, userName } = await own.user()
    const group = await own.group([id])
    const op = { op: 'replace', path: 'active', value: false }
    assertMatches((await own.patch(`/Users/${id}`, [op])).body, { id, active: false })
    assertMatches(await own.read(`/Users/${id}`), { active: false })
    assertMatches((await own.get('/Users')).body, { totalResults: 1 })
    const found = await own.find('/Users', `userName eq "${userName}"`)
    assertMatches(found.body, { Resources: [{ id, active: false }] })
    assert.deepEqual(await own.membersOf(group.id), [id])
  })

  test('is taken back by active: true', async () => {
    const { id } = await scim.user({ active: true })
    for (const value of [false, true, false, true]) {
      const op = { op: 'replace', path: 'active', value }
      assertMatches((await scim.patch(`/Users/${id}`, [op])).body, { active: value })
    }
  })

  test('at a creation makes a user that is not active', async () => {
    const { id, active } = await scim.user({ active: false })
    assert.equal(active, false)
    assertMatches(await scim.read(`/Users/${id}`), { active: false })
  })

  test('keeps the userName taken, which a deletion does not', async () => {
    const { id, userName } = await scim.user({ active: false })
    assertError(await scim.post('/Users', { userName }), 409, 'uniqueness')
    await scim.remove(`/Users/${id}`)
    assert.equal((await scim.post('/Users', { userName })).status, 201)
  })
})
