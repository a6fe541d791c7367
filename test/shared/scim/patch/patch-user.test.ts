import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { patchUser } from '#shared/scim/patch/patch-user.ts'
import type { Document } from '#shared/scim/types.ts'
import { cpuMsOf, errorOf, success } from '../documents/arbitraries.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'

const patchOp = (...Operations: readonly unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

const patched = (document: Document, ...operations: readonly unknown[]) =>
  success(patchUser(document, patchOp(...operations)))

const work = { value: 'b@example.com', type: 'work', primary: true }
const home = { value: 'babs@jensen.org', type: 'home' }
const address = { type: 'work', streetAddress: 'Plaza 1', locality: 'Hollywood', country: 'USA' }
const manager = { value: 'usr_1', displayName: 'John' }
const babs = { userName: 'babs' }

type Case = readonly [name: string, before: object, operations: readonly object[], after: object]

const rfc: readonly Case[] = [
  [
    'adds to a list and a value, without a path (§3.5.2.1)',
    { emails: [work] },
    [{ op: 'add', value: { emails: [home], nickname: 'Babs' } }],
    { emails: [work, home], nickName: 'Babs' },
  ],
  ['adds a value', {}, [{ op: 'add', path: 'title', value: 'Guide' }], { title: 'Guide' }],
  [
    'replaces a value that is there by add',
    { title: 'a' },
    [{ op: 'add', path: 'title', value: 'b' }],
    { title: 'b' },
  ],
  [
    'adds sub-attributes to a complex value',
    { name: { givenName: 'B' } },
    [{ op: 'add', path: 'name', value: { familyName: 'J' } }],
    { name: { givenName: 'B', familyName: 'J' } },
  ],
  [
    'removes values by a filter (§3.5.2.2)',
    { emails: [work, home, { value: 'b@other.example', type: 'work' }] },
    [{ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }],
    { emails: [home, { value: 'b@other.example', type: 'work' }] },
  ],
  [
    'unassigns a list with its last value',
    { emails: [work] },
    [{ op: 'remove', path: 'emails[type eq "work"]' }],
    {},
  ],
  ['removes a list', { emails: [work, home] }, [{ op: 'remove', path: 'emails' }], {}],
  [
    'removes a list by null as without a value',
    { emails: [work, home] },
    [{ op: 'remove', path: 'emails', value: null }],
    {},
  ],
  [
    'removes a sub-attribute',
    { name: { givenName: 'B', familyName: 'J' } },
    [{ op: 'remove', path: 'name.familyName' }],
    { name: { givenName: 'B' } },
  ],
  [
    'removes a complex value with its last sub-attribute',
    { name: { givenName: 'B' } },
    [{ op: 'remove', path: 'name.givenName' }],
    {},
  ],
  [
    'removes a sub-attribute of some values',
    { emails: [work, home] },
    [{ op: 'remove', path: 'emails[type eq "work"].primary' }],
    { emails: [{ value: work.value, type: 'work' }, home] },
  ],
  [
    'removes a sub-attribute of all values',
    {
      roles: [
        { value: 'a', display: 'A' },
        { value: 'b', display: 'B' },
      ],
    },
    [{ op: 'remove', path: 'roles.display' }],
    { roles: [{ value: 'a' }, { value: 'b' }] },
  ],
  [
    'replaces a value of a list with the whole of another (§3.5.2.3)',
    { addresses: [address, { type: 'home', locality: 'LA' }] },
    [
      {
        op: 'replace',
        path: 'addresses[type eq "work"]',
        value: { type: 'work', streetAddress: 'Plaza 9', primary: true },
      },
    ],
    {
      addresses: [
        { type: 'work', streetAddress: 'Plaza 9', primary: true },
        { type: 'home', locality: 'LA' },
      ],
    },
  ],
  [
    'keeps the type that the filter says where the new value says none',
    { emails: [work, home] },
    [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'c@example.com' } }],
    { emails: [{ type: 'work', value: 'c@example.com' }, home] },
  ],
  [
    'replaces a sub-attribute of a value',
    { addresses: [address] },
    [{ op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: 'Plaza 2' }],
    { addresses: [{ ...address, streetAddress: 'Plaza 2' }] },
  ],
  [
    'replaces lists and values, without a path',
    { emails: [work], nickName: 'B', title: 't' },
    [{ op: 'replace', value: { emails: [home], nickname: 'Babs' } }],
    { emails: [home], nickName: 'Babs', title: 't' },
  ],
  [
    'replaces a list',
    { emails: [work, home] },
    [{ op: 'replace', path: 'emails', value: [home] }],
    { emails: [home] },
  ],
  [
    'replaces the given sub-attributes of a complex value only',
    { name: { givenName: 'B', familyName: 'J' } },
    [{ op: 'replace', path: 'name', value: { familyName: 'K', middleName: 'Q' } }],
    { name: { givenName: 'B', familyName: 'K', middleName: 'Q' } },
  ],
  [
    'adds by replace what is not there',
    {},
    [{ op: 'replace', path: 'name.givenName', value: 'B' }],
    { name: { givenName: 'B' } },
  ],
  [
    'makes the others no longer primary (§3.5.2)',
    { emails: [work, home] },
    [{ op: 'add', path: 'emails', value: [{ value: 'c@example.com', primary: true }] }],
    { emails: [{ ...work, primary: false }, home, { value: 'c@example.com', primary: true }] },
  ],
  [
    'makes another value primary',
    { emails: [work, home] },
    [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'makes a value primary by adding it again',
    { emails: [work, home] },
    [{ op: 'add', path: 'emails', value: [{ ...home, primary: true }] }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'adds a value through a filter that matches none (erratum 8097)',
    { emails: [home] },
    [{ op: 'add', path: 'emails[type eq "work"]', value: { value: 'b@example.com' } }],
    { emails: [home, { type: 'work', value: 'b@example.com' }] },
  ],
  [
    'adds one by two terms, the second of a type that no schema knows',
    {},
    [
      {
        op: 'add',
        path: 'emails[type eq "private" and display eq "P"].value',
        value: 'p@example.com',
      },
    ],
    { emails: [{ type: 'private', display: 'P', value: 'p@example.com' }] },
  ],
  [
    'adds sub-attributes to the values that a filter matches',
    { emails: [work, home] },
    [{ op: 'add', path: 'emails[type eq "WORK"]', value: { display: 'W' } }],
    { emails: [{ ...work, display: 'W' }, home] },
  ],
  [
    'makes one value of two that become the same',
    {
      roles: [
        { value: 'a', type: 'x' },
        { value: 'b', type: 'x', display: 'B' },
      ],
    },
    [{ op: 'replace', path: 'roles[type eq "x"].value', value: 'c' }],
    { roles: [{ value: 'c', type: 'x', display: 'B' }] },
  ],
  [
    'does operations in their order',
    { title: 'a' },
    [
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: 'b' },
      { op: 'replace', path: 'nickName', value: 'n' },
      { op: 'remove', path: 'nickName' },
    ],
    { title: 'b' },
  ],
  [
    'takes an extension for a path',
    { [ENTERPRISE]: { department: 'A', manager } },
    [{ op: 'replace', path: ENTERPRISE, value: { department: 'B', costCenter: '1' } }],
    { [ENTERPRISE]: { department: 'B', costCenter: '1', manager } },
  ],
  [
    'removes an extension',
    { [ENTERPRISE]: { department: 'A' } },
    [{ op: 'remove', path: ENTERPRISE }],
    {},
  ],
  [
    'removes an extension with its last attribute',
    { [ENTERPRISE]: { manager } },
    [{ op: 'remove', path: `${ENTERPRISE}:manager` }],
    {},
  ],
  [
    'takes the URN of the core',
    {},
    [{ op: 'add', path: `${CORE}:name.givenName`, value: 'B' }],
    { name: { givenName: 'B' } },
  ],
]

const entra: readonly Case[] = [
  [
    'op in any case',
    {},
    [
      { op: 'Replace', path: 'title', value: 'a' },
      { op: 'ADD', path: 'nickName', value: 'b' },
    ],
    { title: 'a', nickName: 'b' },
  ],
  [
    '"False"',
    { active: true },
    [{ op: 'Replace', path: 'active', value: 'False' }],
    { active: false },
  ],
  [
    'several operations on one value that there was not',
    {},
    [
      { op: 'Add', path: 'addresses[type eq "work"].streetAddress', value: 'Plaza 1' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Hollywood' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'USA' },
    ],
    { addresses: [address] },
  ],
  [
    'replace of a value that there is not, of a type that the schema knows',
    { phoneNumbers: [{ type: 'work', value: '1' }] },
    [{ op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '2' }],
    {
      phoneNumbers: [
        { type: 'work', value: '1' },
        { type: 'mobile', value: '2' },
      ],
    },
  ],
  [
    'replace of a value of any type where the schema knows none',
    {},
    [{ op: 'Replace', path: 'ims[type eq "skype"].value', value: 's' }],
    { ims: [{ type: 'skype', value: 's' }] },
  ],
  [
    'a role that is "True"',
    {},
    [
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
      { op: 'Add', path: 'roles[primary eq "True"].type', value: 'app' },
      { op: 'Replace', path: 'roles[primary eq "True"].display', value: 'Admin' },
    ],
    { roles: [{ primary: true, value: 'admin', type: 'app', display: 'Admin' }] },
  ],
  [
    'replace of a role that is "True" and not there',
    { roles: [{ value: 'x' }] },
    [{ op: 'Replace', path: 'roles[primary eq "True"].value', value: 'admin' }],
    { roles: [{ value: 'x' }, { primary: true, value: 'admin' }] },
  ],
  [
    '"True" for primary',
    { emails: [work, home] },
    [{ op: 'Add', path: 'emails[type eq "home"].primary', value: 'True' }],
    {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  ],
  [
    'keys that are dotted, URNs and filters (aadOptscim062020)',
    { name: { givenName: 'A', familyName: 'J' }, emails: [work] },
    [
      {
        op: 'replace',
        value: {
          'name.givenName': 'B',
          displayName: 'Babs',
          active: true,
          'emails[type eq "work"].value': 'c@example.com',
          'phoneNumbers[type eq "mobile"].value': '2',
          [`${ENTERPRISE}:department`]: 'D',
          [`${ENTERPRISE}:manager`]: 'usr_2',
          [`${CORE}:title`]: 'T',
        },
      },
    ],
    {
      name: { givenName: 'B', familyName: 'J' },
      displayName: 'Babs',
      active: true,
      emails: [{ ...work, value: 'c@example.com' }],
      phoneNumbers: [{ type: 'mobile', value: '2' }],
      [ENTERPRISE]: { department: 'D', manager: { value: 'usr_2' } },
      title: 'T',
    },
  ],
  [
    'an extension as an object',
    { [ENTERPRISE]: { department: 'A', manager } },
    [{ op: 'add', value: { [ENTERPRISE]: { department: 'B' } } }],
    { [ENTERPRISE]: { department: 'B', manager } },
  ],
  [
    'a manager as a text',
    {},
    [{ op: 'Add', path: `${ENTERPRISE}:manager`, value: 'usr_2' }],
    { [ENTERPRISE]: { manager: { value: 'usr_2' } } },
  ],
  [
    'a manager in place of another',
    { [ENTERPRISE]: { manager } },
    [{ op: 'Replace', path: `${ENTERPRISE}:manager`, value: 'usr_2' }],
    { [ENTERPRISE]: { manager: { value: 'usr_2' } } },
  ],
  [
    'a manager as an object',
    {},
    [{ op: 'Add', path: `${ENTERPRISE}:manager`, value: { value: 'usr_2' } }],
    { [ENTERPRISE]: { manager: { value: 'usr_2' } } },
  ],
  [
    'a manager in a list',
    {},
    [
      {
        op: 'Add',
        path: 'manager',
        value: [{ $ref: 'https://x.example/Users/usr_2', value: 'usr_2' }],
      },
    ],
    { [ENTERPRISE]: { manager: { $ref: 'https://x.example/Users/usr_2', value: 'usr_2' } } },
  ],
  [
    'a manager without the URN',
    {},
    [{ op: 'Add', path: 'manager', value: 'usr_2' }],
    { [ENTERPRISE]: { manager: { value: 'usr_2' } } },
  ],
  [
    'a manager by its value',
    {},
    [{ op: 'Add', path: `${ENTERPRISE}:manager.value`, value: 'usr_2' }],
    { [ENTERPRISE]: { manager: { value: 'usr_2' } } },
  ],
  [
    'a manager of ""',
    { [ENTERPRISE]: { department: 'A', manager } },
    [{ op: 'Replace', path: `${ENTERPRISE}:manager`, value: '' }],
    { [ENTERPRISE]: { department: 'A' } },
  ],
  [
    'a manager of null',
    { [ENTERPRISE]: { manager } },
    [{ op: 'Replace', path: `${ENTERPRISE}:manager`, value: null }],
    {},
  ],
  ['removal of a manager', { [ENTERPRISE]: { manager } }, [{ op: 'Remove', path: 'manager' }], {}],
  [
    'removal of a value by its sub-attribute: nothing is left but what it was for',
    {
      phoneNumbers: [
        { type: 'work', value: '1', primary: true },
        { type: 'fax', value: '2' },
      ],
    },
    [{ op: 'Remove', path: 'phoneNumbers[type eq "work"].value' }],
    { phoneNumbers: [{ type: 'fax', value: '2' }] },
  ],
  [
    'a text of "" for a value',
    { phoneNumbers: [{ type: 'work', value: '1' }] },
    [{ op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '' }],
    {},
  ],
  [
    'removal with a list of values',
    {
      roles: [
        { value: 'a', type: 'x' },
        { value: 'b', type: 'x' },
        { value: 'b', type: 'y' },
        { value: 'c', type: 'x' },
      ],
    },
    [
      {
        op: 'Remove',
        path: 'roles',
        value: [
          { value: 'b', $ref: null },
          { value: 'c', type: 'x' },
          { value: 'a', type: 'y' },
        ],
      },
    ],
    { roles: [{ value: 'a', type: 'x' }] },
  ],
  [
    'removal of a text from a list',
    { roles: [{ value: 'a' }, { value: 'b' }] },
    [{ op: 'Remove', path: 'roles', value: 'a' }],
    { roles: [{ value: 'b' }] },
  ],
  [
    'removal of an address',
    { addresses: [address, { locality: 'LA' }] },
    [{ op: 'Remove', path: 'addresses', value: [{ locality: 'LA' }] }],
    { addresses: [address] },
  ],
  [
    'filters in any case',
    { emails: [work] },
    [{ op: 'Replace', path: 'EMAILS[TYPE EQ "Work"].VALUE', value: 'c@example.com' }],
    { emails: [{ ...work, value: 'c@example.com' }] },
  ],
]

const others: readonly Case[] = [
  [
    'deactivation without a path (Okta)',
    { active: true },
    [{ op: 'replace', value: { active: false } }],
    { active: false },
  ],
  [
    'an id and other things of ours beside the rest (Okta)',
    {},
    [
      {
        op: 'replace',
        value: {
          id: 'usr_9',
          meta: { version: '1' },
          groups: ['a'],
          schemas: [CORE],
          displayName: 'B',
        },
      },
    ],
    { displayName: 'B' },
  ],
  [
    'attributes that no schema has, without a path',
    {},
    [
      {
        op: 'add',
        value: {
          shoeSize: 9,
          'urn:example:User:x': 1,
          'name.pet': 'R',
          'a b': 1,
          '': 2,
          title: 'T',
        },
      },
    ],
    { title: 'T' },
  ],
  [
    'a list of one object, without a path',
    {},
    [{ op: 'add', value: [{ title: 'T' }] }],
    { title: 'T' },
  ],
  ['an empty path as none', {}, [{ op: 'add', path: '', value: { title: 'T' } }], { title: 'T' }],
  [
    'a path of null as none',
    {},
    [{ op: 'add', path: null, value: { title: 'T' } }],
    { title: 'T' },
  ],
  [
    'members of an operation in any case',
    {},
    [{ OP: 'add', Path: 'title', VALUE: 'T' }],
    { title: 'T' },
  ],
  [
    'one value for a list',
    { emails: [work] },
    [{ op: 'add', path: 'emails', value: home }],
    { emails: [work, home] },
  ],
  [
    'a list of one for a value',
    {},
    [{ op: 'replace', path: 'title', value: ['T'] }],
    { title: 'T' },
  ],
  [
    'null for a sub-attribute',
    { name: { givenName: 'B', middleName: 'Q' } },
    [{ op: 'replace', path: 'name', value: { middleName: null } }],
    { name: { givenName: 'B' } },
  ],
  [
    '"" for what is unassigned (Okta)',
    { name: { middleName: 'Q' }, title: 'T' },
    [{ op: 'replace', value: { 'name.middleName': '', title: '' } }],
    {},
  ],
  ['[] for a list', { emails: [work] }, [{ op: 'replace', path: 'emails', value: [] }], {}],
  [
    'null in place of some values',
    { emails: [work, home] },
    [{ op: 'replace', path: 'emails[type eq "work"]', value: null }],
    { emails: [home] },
  ],
  [
    'a sub-attribute of all values',
    { roles: [{ value: 'a' }, { value: 'b' }] },
    [{ op: 'replace', path: 'roles.display', value: 'R' }],
    {
      roles: [
        { value: 'a', display: 'R' },
        { value: 'b', display: 'R' },
      ],
    },
  ],
  [
    'a sub-attribute of a list without values',
    {},
    [{ op: 'add', path: 'emails.value', value: 'a@b.example' }],
    { emails: [{ value: 'a@b.example' }] },
  ],
]

for (const [subject, cases] of [
  ['does what RFC 7644 says:', rfc],
  ['understands Entra ID:', entra],
  ['understands other clients:', others],
] as const) {
  describe(`patchUser ${subject}`, () => {
    for (const [name, before, operations, after] of cases) {
      test(name, () => {
        const document = { ...babs, ...before } as Document
        const shown = JSON.stringify([document, operations])
        assert.deepEqual(patched(document, ...operations), { ...babs, ...after })
        assert.equal(JSON.stringify([document, operations]), shown)
      })
    }
  })
}

describe('patchUser changes nothing and answers the same object', () => {
  const document: Document = {
    ...babs,
    active: true,
    title: 'T',
    name: { givenName: 'B', familyName: 'J' },
    emails: [work, home],
    addresses: [address],
    [ENTERPRISE]: { manager },
  }
  const nothing: readonly (readonly [string, ...object[]])[] = [
    ['no operations'],
    ['the value that it has', { op: 'replace', path: 'title', value: 'T' }],
    ['"True" for true', { op: 'Replace', path: 'active', value: 'True' }],
    [
      'an address that is there',
      { op: 'add', path: 'emails', value: [{ type: 'home', value: home.value }] },
    ],
    [
      'an address in another order',
      {
        op: 'add',
        path: 'addresses',
        value: { country: 'USA', locality: 'Hollywood', streetAddress: 'Plaza 1', type: 'work' },
      },
    ],
    [
      'a complex value in another order',
      { op: 'replace', path: 'name', value: { familyName: 'J', givenName: 'B' } },
    ],
    ['no sub-attribute', { op: 'replace', path: 'name', value: {} }],
    ['the same manager as a text', { op: 'add', path: 'manager', value: 'usr_1' }],
    ['an empty list', { op: 'add', path: 'emails', value: [] }],
    [
      'nothing for a value that is not there',
      { op: 'add', path: 'emails[type eq "other"].value', value: '' },
    ],
    [
      'nothing for a value that is there',
      { op: 'add', path: 'emails[type eq "work"]', value: null },
    ],
    [
      'nothing for a list that is not there',
      { op: 'add', path: 'ims[type eq "x"].value', value: '' },
    ],
    [
      'removal of what is not there',
      { op: 'remove', path: 'nickName' },
      { op: 'remove', path: 'roles' },
    ],
    ['removal by a filter that matches nothing', { op: 'remove', path: 'emails[type eq "other"]' }],
    [
      'removal of a sub-attribute by such a filter',
      { op: 'remove', path: 'emails[type eq "other"].value' },
    ],
    ['removal of no values', { op: 'remove', path: 'emails', value: [] }],
    [
      'a password',
      { op: 'replace', path: 'password', value: 'secret' },
      { op: 'replace', value: { password: 7 } },
    ],
    ['schemas', { op: 'add', path: 'schemas', value: ['urn:x:y'] }],
    ['what is unknown', { op: 'add', value: { __proto__: null, shoeSize: 9 } }],
    ['there and back', { op: 'remove', path: 'title' }, { op: 'add', path: 'title', value: 'T' }],
  ]
  for (const [name, ...operations] of nothing) {
    test(`for ${name}`, () => {
      assert.equal(patched(document, ...operations), document)
    })
  }

  test('for Operations in any letters, or one by itself', () => {
    assert.equal(success(patchUser(document, { operations: [] })), document)
    assert.equal(success(patchUser(document, { OPERATIONS: {} })), document)
    assert.deepEqual(
      success(patchUser(babs, { operations: { op: 'add', path: 'title', value: 'T' } })),
      { ...babs, title: 'T' },
    )
  })
})

describe('patchUser refuses', () => {
  const document: Document = { ...babs, emails: [work, home], roles: [{ value: 'a' }] }
  const bodies = [
    ['a list', [], 'invalidSyntax'],
    ['nothing', null, 'invalidSyntax'],
    ['no Operations', {}, 'invalidSyntax'],
    ['Operations of null', { Operations: null }, 'invalidSyntax'],
    ['Operations of a text', { Operations: 'x' }, 'invalidSyntax'],
    ['schemas that are a text', { schemas: 'x', Operations: [] }, 'invalidSyntax'],
    ['an operation that is a text', patchOp('x'), 'invalidSyntax'],
    ['an operation that is null', patchOp(null), 'invalidSyntax'],
  ] as const
  for (const [name, body, scimType] of bodies) {
    test(name, () => {
      assert.equal(errorOf(patchUser(document, body)).scimType, scimType)
    })
  }

  const many = Array.from({ length: 1000 }, (_, at) => ({ value: `v${at}` }))
  const refused: readonly (readonly [string, object, string])[] = [
    ['no op', { path: 'title', value: 'x' }, 'invalidSyntax'],
    ['an unknown op', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    ['an op that is inherited', { op: 'constructor', path: 'title', value: 'x' }, 'invalidSyntax'],
    ['a path that is a number', { op: 'add', path: 7, value: 'x' }, 'invalidPath'],
    ['an unknown attribute', { op: 'add', path: 'shoeSize', value: 'x' }, 'invalidPath'],
    ['__proto__', { op: 'add', path: '__proto__', value: { polluted: true } }, 'invalidPath'],
    ['__proto__.polluted', { op: 'add', path: '__proto__.polluted', value: true }, 'invalidPath'],
    [
      'constructor.prototype.polluted',
      { op: 'add', path: 'constructor.prototype.polluted', value: true },
      'invalidPath',
    ],
    ['emails.__proto__', { op: 'add', path: 'emails.__proto__', value: true }, 'invalidPath'],
    [
      'a filter that does not end',
      { op: 'add', path: 'emails[type eq "work"', value: 'x' },
      'invalidPath',
    ],
    ['the same in a key', { op: 'add', value: { 'emails[type eq "work"': 'x' } }, 'invalidPath'],
    [
      'an unknown attribute in the filter of a key',
      { op: 'add', value: { 'emails[x eq "work"].value': 'x' } },
      'invalidPath',
    ],
    ['remove without a path', { op: 'remove', value: 'title' }, 'noTarget'],
    ['add without a value', { op: 'add', path: 'title' }, 'invalidValue'],
    ['replace without a value', { op: 'replace', path: 'title' }, 'invalidValue'],
    ['a text without a path', { op: 'replace', value: 'x' }, 'invalidValue'],
    ['nothing without a path', { op: 'replace', value: null }, 'invalidValue'],
    [
      'two objects without a path',
      { op: 'replace', value: [{ title: 'a' }, { title: 'b' }] },
      'invalidValue',
    ],
    ['removal of what is required', { op: 'remove', path: 'userName' }, 'mutability'],
    [
      'nothing for what is required',
      { op: 'replace', path: 'userName', value: '' },
      'invalidValue',
    ],
    [
      'white space for what is required',
      { op: 'replace', value: { userName: '  ' } },
      'invalidValue',
    ],
    ['another id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ['meta', { op: 'add', path: 'meta.version', value: 'x' }, 'mutability'],
    ['groups', { op: 'add', path: 'groups', value: [{ value: 'grp_1' }] }, 'mutability'],
    ['removal of groups', { op: 'remove', path: 'groups[value eq "x"]' }, 'mutability'],
    ['a number for a text', { op: 'add', path: 'title', value: 7 }, 'invalidValue'],
    ['a text for a boolean', { op: 'replace', path: 'active', value: 'no' }, 'invalidValue'],
    [
      'a number in a complex value',
      { op: 'replace', path: 'name', value: { givenName: 7 } },
      'invalidValue',
    ],
    ['a text for a name', { op: 'replace', path: 'name', value: 'x' }, 'invalidValue'],
    ['a number in a list', { op: 'add', path: 'emails', value: [7] }, 'invalidValue'],
    [
      'a number in some values',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 7 },
      'invalidValue',
    ],
    [
      'a number for some values',
      { op: 'replace', path: 'emails[type eq "work"]', value: 7 },
      'invalidValue',
    ],
    [
      'a number to add to some values',
      { op: 'add', path: 'emails[type eq "work"]', value: { value: 7 } },
      'invalidValue',
    ],
    [
      'a number in a new value',
      { op: 'add', path: 'emails[type eq "other"].value', value: 7 },
      'invalidValue',
    ],
    [
      'a number for a new value',
      { op: 'add', path: 'emails[type eq "other"]', value: 7 },
      'invalidValue',
    ],
    [
      'half a character in a filter',
      { op: 'add', path: 'emails[type eq "\ud800"].value', value: 'x' },
      'invalidValue',
    ],
    [
      'two primary values at once',
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'c', primary: true },
          { value: 'd', primary: true },
        ],
      },
      'invalidValue',
    ],
    [
      'all values as primary',
      { op: 'replace', path: 'emails.primary', value: true },
      'invalidValue',
    ],
    [
      'replace of a value that is looked for and not there',
      { op: 'replace', path: 'emails[value eq "x"].value', value: 'y' },
      'noTarget',
    ],
    [
      'replace of a type that the schema does not know',
      { op: 'replace', path: 'emails[type eq "private"].value', value: 'y' },
      'noTarget',
    ],
    [
      'replace of a whole value that is not there',
      { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'y' } },
      'noTarget',
    ],
    [
      'replace of what is not primary',
      { op: 'replace', path: 'roles[primary eq false].value', value: 'y' },
      'noTarget',
    ],
    [
      'add through a filter that describes no value',
      { op: 'add', path: 'emails[type ne "work" and type ne "home"].value', value: 'y' },
      'noTarget',
    ],
    [
      'add through a filter that describes a part of a value',
      { op: 'add', path: 'emails[type sw "x"].value', value: 'y' },
      'noTarget',
    ],
    [
      'add through a filter with or',
      { op: 'add', path: 'emails[type eq "a" or type eq "b"].value', value: 'y' },
      'noTarget',
    ],
    [
      'add through a filter that contradicts itself',
      { op: 'add', path: 'emails[type eq "a" and type eq "b"].value', value: 'y' },
      'noTarget',
    ],
    ['more than 1000 values', { op: 'add', path: 'roles', value: many }, 'invalidValue'],
    [
      'a document of more than 128 KB',
      { op: 'add', path: 'title', value: 'x'.repeat(131_072) },
      'invalidValue',
    ],
    ['a long name', { op: 'add', path: 'displayName', value: 'x'.repeat(1001) }, 'invalidValue'],
  ]
  for (const [name, operation, scimType] of refused) {
    test(name, () => {
      // All or nothing: what comes before it does not count.
      const body = patchOp({ op: 'replace', path: 'nickName', value: 'n' }, operation)
      const before = JSON.stringify(document)
      const error = errorOf(patchUser(document, body))
      assert.deepEqual([error.status, error.scimType], [400, scimType], error.detail)
      assert.equal(JSON.stringify(document), before)
    })
  }

  test('1001 operations, and as many attributes of one', () => {
    const operations = Array(1001).fill({ op: 'replace', path: 'title', value: 'x' })
    assert.equal(errorOf(patchUser(document, patchOp(...operations))).status, 413)
    assert.equal(patched(document, ...operations.slice(1))['title'], 'x')
    const keys = Array.from({ length: 1001 }, (_, at) => [`emails[type eq "${at}"].value`, 'x'])
    assert.equal(
      errorOf(patchUser(document, patchOp({ op: 'add', value: Object.fromEntries(keys) }))).status,
      413,
    )
  })

  test('paths that compare more than 2,000 times', () => {
    const roles = Array.from({ length: 1000 }, (_, at) => ({ value: `v${at}` }))
    const path = `roles[${Array(20).fill('value eq "x"').join(' or ')}]`
    const operations = (count: number) => patchOp(...Array(count).fill({ op: 'remove', path }))
    const before = { ...document, roles }
    assert.equal(success(patchUser(before, operations(100))), before)
    const ms = cpuMsOf(() => {
      const error = errorOf(patchUser(before, operations(1000)))
      assert.equal(error.status, 413, error.detail)
      assert.match(error.detail, /2000 times/)
    })
    assert.ok(ms < 1000, `${ms} ms`)
  })

  test('to let keys of a value reach a prototype', () => {
    const value = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"name":{"__proto__":{"polluted":true},"givenName":"B"},"__proto__.polluted":true}',
    )
    const after = patched(
      document,
      { op: 'add', value },
      { op: 'add', path: 'name', value: value.name },
    )
    assert.deepEqual(after, { ...document, name: { givenName: 'B' } })
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    assert.equal((after as { polluted?: unknown }).polluted, undefined)
  })
})
