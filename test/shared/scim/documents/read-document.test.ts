import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attribute } from '#shared/scim/attributes.ts'
import { readDocument } from '#shared/scim/documents/read-document.ts'
import { readValue } from '#shared/scim/documents/read-value.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { anyBody, cpuMsOf, errorOf, likelyBody, success } from './arbitraries.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const userOf = (body: object) =>
  success(readDocument(userType, { userName: 'barbara', ...body })).document

/** RFC 7643 §8.3, without what only the service provider says. */
const fullUser = {
  externalId: '701984',
  userName: 'bjensen@example.com',
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
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
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
  ],
  phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [{ value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' }],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx' }],
  [ENTERPRISE]: {
    employeeNumber: '701984',
    costCenter: '4130',
    organization: 'Universal Studios',
    division: 'Theme Park',
    department: 'Tour Operations',
    manager: {
      value: '26118915-6090-4610-87e4-49d8ca9f808d',
      $ref: '../Users/26118915-6090-4610-87e4-49d8ca9f808d',
      displayName: 'John Smith',
    },
  },
}

describe('readDocument', () => {
  test('takes the full enterprise user of RFC 7643 as it is', () => {
    const body = {
      schemas: [CORE, ENTERPRISE],
      id: '2819c223-7f76-453a-919d-413861904646',
      ...fullUser,
      password: 't1meMa$heen',
      groups: [{ value: 'e9e30dba-f08f-4109-8486-d5c6a331660a', display: 'Tour Guides' }],
      meta: { resourceType: 'User', version: 'W/"3694e05e9dff591"' },
    }
    assert.deepEqual(success(readDocument(userType, body)).document, fullUser)
  })

  const understood = [
    ['"False" for a boolean', { active: 'False' }, { active: false }],
    ['"true" for a boolean', { active: 'true' }, { active: true }],
    ['a list of one for a value', { displayName: ['Babs'] }, { displayName: 'Babs' }],
    [
      'an object for a list of one',
      { emails: { value: 'a@b.example', primary: 'True' } },
      { emails: [{ value: 'a@b.example', primary: true }] },
    ],
    [
      'texts for values of a list',
      { roles: ['a', 'b'] },
      { roles: [{ value: 'a' }, { value: 'b' }] },
    ],
    [
      'a text for the manager',
      { [ENTERPRISE]: { manager: 'x' } },
      { [ENTERPRISE]: { manager: { value: 'x' } } },
    ],
    [
      'a list of one manager',
      { [ENTERPRISE]: { manager: [{ value: 'x', $ref: null }] } },
      { [ENTERPRISE]: { manager: { value: 'x' } } },
    ],
    [
      'managerId',
      { [ENTERPRISE]: { manager: { managerId: 'x', displayName: 'Boss' } } },
      { [ENTERPRISE]: { manager: { value: 'x', displayName: 'Boss' } } },
    ],
    ['nothing for an empty manager', { [ENTERPRISE]: { manager: '' } }, {}],
    [
      'the last of what is said twice in different letters',
      { name: { givenName: 'A', GivenName: 'B', familyName: 'J', familyname: null } },
      { name: { givenName: 'B' } },
    ],
    [
      'nothing for "", null, [] and {}',
      { title: '', nickName: null, emails: [], name: {}, roles: [null, ''], photos: '' },
      {},
    ],
    [
      'nothing for a middle name of ""',
      { name: { givenName: 'B', middleName: '' } },
      { name: { givenName: 'B' } },
    ],
    ['no schemas, an id of null', { schemas: null, id: null }, {}],
    [
      'schemas of others',
      { schemas: ['urn:ietf:params:scim:schemas:microsoft:ADSCIM:2.0:User'] },
      {},
    ],
    [
      'attributes that no schema has',
      { favourite: 'red', name: { pet: 'Rex', givenName: 'B' } },
      { name: { givenName: 'B' } },
    ],
    [
      'extensions that no schema has',
      { 'urn:example:User': { badge: '1' }, 'urn:example:User:badge': 1 },
      {},
    ],
    ['a password of any type, and forgets it', { password: { a: 1 }, Password: 'x' }, {}],
    [
      'names in any case',
      { EMAILS: [{ VALUE: 'a@b.example', Type: 'Work' }], Name: { GIVENNAME: 'B' } },
      { emails: [{ value: 'a@b.example', type: 'Work' }], name: { givenName: 'B' } },
    ],
    [
      'dotted names beside the whole',
      { 'name.givenName': 'B', name: { familyName: 'J' }, 'NAME.middleName': 'Q' },
      { name: { givenName: 'B', familyName: 'J', middleName: 'Q' } },
    ],
    [
      'names behind URNs',
      {
        [`${CORE}:title`]: 'T',
        [`${ENTERPRISE.toUpperCase()}:Department`]: 'D',
        [`${ENTERPRISE}:manager.value`]: 'x',
      },
      { title: 'T', [ENTERPRISE]: { department: 'D', manager: { value: 'x' } } },
    ],
    ['no sub-attribute of a whole list', { 'emails.value': 'a@b.example' }, {}],
    ['no sub-attribute of what is ours', { 'meta.version': 1, 'groups.value': [7] }, {}],
    [
      'a value that is said twice as one',
      {
        emails: [
          { value: 'a', type: 'work' },
          { value: 'a', type: 'work', primary: true },
          { value: 'a' },
        ],
      },
      { emails: [{ value: 'a', type: 'work', primary: true }, { value: 'a' }] },
    ],
    [
      'the later of what is said twice of one value',
      {
        roles: [
          { value: 'a', display: 'A' },
          { value: 'a', display: 'B' },
        ],
      },
      { roles: [{ value: 'a', display: 'B' }] },
    ],
    [
      'an address that is said twice as one',
      {
        addresses: [
          { country: 'DE', locality: 'Berlin' },
          { locality: 'Berlin', country: 'DE', primary: true },
        ],
      },
      { addresses: [{ country: 'DE', locality: 'Berlin', primary: true }] },
    ],
  ] as const
  for (const [name, body, document] of understood) {
    test(`understands ${name}`, () => {
      assert.deepEqual(userOf(body), { userName: 'barbara', ...document })
    })
  }

  test('repairs no value', () => {
    const odd = {
      displayName: '  Bäbs\u0000 ',
      emails: [{ value: ' A@b.Example ', type: 'WORK' }],
      title: ' ',
    }
    assert.deepEqual(userOf(odd), { userName: 'barbara', ...odd })
  })

  test('takes __proto__ and other inherited names for unknown ones', () => {
    const body = JSON.parse(
      '{"__proto__":{"active":true},"constructor":{"prototype":{"a":1}},"name":{"__proto__":{"familyName":"x"},"givenName":"B"},"toString":"x","emails":[{"__proto__":{"value":"a"},"value":"b"}],"name.__proto__":"x"}',
    )
    assert.deepEqual(userOf(body), {
      userName: 'barbara',
      name: { givenName: 'B' },
      emails: [{ value: 'b' }],
    })
    assert.deepEqual(Object.keys(Object.prototype), [])
  })

  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ value: `v${at}` }))
  const refused = [
    ['a list', [], 'invalidSyntax', 'The body must be a JSON object'],
    ['null', null, 'invalidSyntax', 'The body must be a JSON object'],
    ['a text', 'x', 'invalidSyntax', 'The body must be a JSON object'],
    [
      'schemas that are a text',
      { userName: 'b', schemas: CORE },
      'invalidSyntax',
      'schemas must be a list of URNs',
    ],
    [
      'schemas of numbers',
      { userName: 'b', schemas: [1] },
      'invalidSyntax',
      'schemas must be a list of URNs',
    ],
    ['no userName', { displayName: 'x' }, 'invalidValue', 'userName is required'],
    ['an empty userName', { userName: '' }, 'invalidValue', 'userName is required'],
    ['a userName of white space', { userName: ' \t ' }, 'invalidValue', 'userName is required'],
    ['a number for a text', { userName: 7 }, 'invalidValue', 'userName must be a string'],
    [
      'a number in a complex value',
      { userName: 'b', name: { givenName: 7 } },
      'invalidValue',
      'name.givenName must be a string',
    ],
    [
      'an object for a text',
      { userName: 'b', title: { a: 1 } },
      'invalidValue',
      'title must be a string',
    ],
    ['two values for one', { userName: ['a', 'b'] }, 'invalidValue', 'userName must be a string'],
    [
      'a text for a boolean',
      { userName: 'b', active: 'yes' },
      'invalidValue',
      'active must be true or false',
    ],
    [
      'a number for a boolean',
      { userName: 'b', active: 1 },
      'invalidValue',
      'active must be true or false',
    ],
    ['a text for a name', { userName: 'b', name: 'x' }, 'invalidValue', 'name must be an object'],
    [
      'numbers in a list',
      { userName: 'b', emails: [7] },
      'invalidValue',
      'emails must be an object',
    ],
    [
      'lists in a list',
      { userName: 'b', emails: [['a']] },
      'invalidValue',
      'emails must be an object',
    ],
    [
      'half a character',
      { userName: 'a\ud800' },
      'invalidValue',
      'userName is no well-formed Unicode text',
    ],
    [
      'a number in an extension',
      { userName: 'b', [ENTERPRISE]: { manager: { value: 1 } } },
      'invalidValue',
      `${ENTERPRISE}:manager.value must be a string`,
    ],
    [
      'an extension that is a text',
      { userName: 'b', [ENTERPRISE]: 'x' },
      'invalidValue',
      `${ENTERPRISE} must be an object`,
    ],
    [
      'two primary values',
      {
        userName: 'b',
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: 'True' },
        ],
      },
      'invalidValue',
      'emails can have one primary value only',
    ],
    [
      'a long userName',
      { userName: 'x'.repeat(1001) },
      'invalidValue',
      'userName can have 1000 characters at most',
    ],
    [
      'a long externalId',
      { userName: 'b', externalId: 'x'.repeat(1001) },
      'invalidValue',
      'externalId can have 1000 characters at most',
    ],
    [
      '81 e-mail addresses',
      { userName: 'b', emails: many(81) },
      'invalidValue',
      'emails can have 80 values at most',
    ],
    [
      '1001 roles',
      { userName: 'b', roles: many(1001) },
      'invalidValue',
      'roles can have 1000 values at most',
    ],
    [
      'more than 128 KB',
      { userName: 'b', title: 'ä'.repeat(65_600) },
      'invalidValue',
      'A resource can have 128 KB at most',
    ],
  ] as const
  for (const [name, body, scimType, detail] of refused) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(errorOf(readDocument(userType, body)), { status: 400, scimType, detail })
    })
  }

  test('takes as much as is allowed', () => {
    const body = { userName: 'x'.repeat(1000), emails: many(80), roles: many(1000) }
    assert.deepEqual(success(readDocument(userType, body)).document, body)
  })

  test('checks date and time', () => {
    const time = attribute({ name: 'born', description: 'time', type: 'dateTime' })
    for (const good of [
      '2011-08-01T18:29:49.793Z',
      '2008-01-23T04:56:22',
      '2024-02-29T00:00:00+02:00',
    ]) {
      assert.deepEqual(readValue(time, good, 'born'), { ok: true, value: good })
    }
    for (const bad of [
      '2011-08-01',
      'now',
      '2011-13-01T00:00:00Z',
      '2011-08-01T25:00:00Z',
      '1e3',
    ]) {
      assert.equal(errorOf(readValue(time, bad, 'born')).detail, 'born must be a date and time')
    }
  })
})

describe('readDocument of a group', () => {
  const groupOf = (body: unknown) => success(readDocument(groupType, body))

  test('parts members from the document', () => {
    const body = {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      displayName: 'Tour Guides',
      externalId: '8aa1a0c0',
      Members: [
        { value: 'usr_1', $ref: null, display: 'Babs', type: 'user' },
        { value: 'grp_2', type: 'Group' },
        { value: 'x', type: 'untyped' },
        'usr_3',
        { value: 'usr_1' },
        null,
      ],
    }
    assert.deepEqual(groupOf(body), {
      document: { displayName: 'Tour Guides', externalId: '8aa1a0c0' },
      members: [
        { value: 'usr_1' },
        { value: 'grp_2', type: 'Group' },
        { value: 'x' },
        { value: 'usr_3' },
      ],
    })
  })

  test('tells no members from none said', () => {
    assert.deepEqual(groupOf({ displayName: 'a' }), { document: { displayName: 'a' } })
    assert.deepEqual(groupOf({ displayName: 'a', members: [] }), {
      document: { displayName: 'a' },
      members: [],
    })
  })

  const refused = [
    [
      'no name',
      { members: [] },
      { status: 400, scimType: 'invalidValue', detail: 'displayName is required' },
    ],
    [
      'a member without value',
      { displayName: 'a', members: [{ type: 'User' }] },
      { status: 400, scimType: 'invalidValue', detail: 'members.value is required' },
    ],
    [
      'a member that is a number',
      { displayName: 'a', members: [1] },
      { status: 400, scimType: 'invalidValue', detail: 'members must be an object' },
    ],
    [
      '10,001 members',
      { displayName: 'a', members: Array(10_001).fill('usr_1') },
      { status: 413, detail: 'A request can name 10000 members at most' },
    ],
  ] as const
  for (const [name, body, error] of refused) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(errorOf(readDocument(groupType, body)), error)
    })
  }
})

describe('readDocument of anything', () => {
  for (const [name, bodies] of [
    ['JSON', anyBody],
    ['what looks like a user', likelyBody],
  ] as const) {
    test(`refuses ${name} or makes a document that it takes again as it is`, () => {
      fc.assert(
        fc.property(bodies, fc.constantFrom(userType, groupType), (body, type) => {
          const before = JSON.stringify(body)
          const read = readDocument(type, body)
          assert.equal(JSON.stringify(body), before)
          if (!read.ok) assert.match(String(read.error.status), /^4\d\d$/)
          else
            assert.deepEqual(readDocument(type, read.value.document), {
              ok: true,
              value: { document: read.value.document },
            })
        }),
        { numRuns: 2000 },
      )
    })
  }

  test('takes time in proportion to its size', () => {
    const body = {
      userName: 'b',
      roles: Array.from({ length: 50_000 }, (_, at) => ({ value: `v${at % 900}` })),
    }
    const ms = cpuMsOf(() => assert.equal((userOf(body)['roles'] as unknown[]).length, 900))
    assert.ok(ms < 1000, `${ms} ms`)
  })
})
