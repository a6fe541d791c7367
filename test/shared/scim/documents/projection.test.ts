import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attribute, attributesOf } from '#shared/scim/attributes.ts'
import { project, readProjection } from '#shared/scim/documents/projection.ts'
import { rendered } from '#shared/scim/documents/rendered.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { errorOf, success } from './arbitraries.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BASE = 'https://scim.example.com/scim/v2/dir_1'

const document = {
  userName: 'bjensen',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [{ value: 'b@example.com', type: 'work' }, { type: 'home' }],
  [ENTERPRISE]: { department: 'Tours', manager: { value: 'x', displayName: 'John' } },
}
const stored = { id: 'usr_1', document, version: 3, createdMs: 0, modifiedMs: 1_700_000_000_123 }
const meta = {
  resourceType: 'User',
  created: '1970-01-01T00:00:00.000Z',
  lastModified: '2023-11-14T22:13:20.123Z',
  location: `${BASE}/Users/usr_1`,
  version: 'W/"3"',
}
const whole = rendered(userType, stored, BASE)
const least = { schemas: [CORE, ENTERPRISE], id: 'usr_1' }

describe('rendered', () => {
  test('puts around a document what every resource has', () => {
    assert.deepEqual(whole, { ...least, ...document, meta })
  })

  test('names the schema of an extension only where there are values of it', () => {
    const plain = rendered(userType, { ...stored, document: { userName: 'b' } }, BASE)
    assert.deepEqual(plain.schemas, [CORE])
    const group = rendered(
      groupType,
      { ...stored, id: 'grp_1', document: { displayName: 'g' } },
      BASE,
    )
    assert.deepEqual(group.schemas, ['urn:ietf:params:scim:schemas:core:2.0:Group'])
    assert.equal(group.meta['location'], `${BASE}/Groups/grp_1`)
  })
})

describe('project', () => {
  const resource = { ...whole, groups: [{ value: 'grp_1' }], password: 'x' }
  const answered = [
    ['all but groups by default', {}, { ...whole }],
    ['the same where names are empty', { attributes: ' , ', excludedAttributes: '' }, { ...whole }],
    ['one attribute in any case', { attributes: 'USERNAME' }, { ...least, userName: 'bjensen' }],
    [
      'groups where they are asked for',
      { attributes: 'groups' },
      { ...least, groups: [{ value: 'grp_1' }] },
    ],
    [
      'groups by a sub-attribute',
      { attributes: 'groups.value' },
      { ...least, groups: [{ value: 'grp_1' }] },
    ],
    ['only the least for unknown names', { attributes: 'shoeSize,__proto__,constructor' }, least],
    ['no password, ever', { attributes: 'password' }, least],
    [
      'sub-attributes',
      { attributes: 'name.givenName, emails.value ,meta.version' },
      {
        ...least,
        name: { givenName: 'Barbara' },
        emails: [{ value: 'b@example.com' }],
        meta: { version: 'W/"3"' },
      },
    ],
    ['nothing of a list without the sub-attribute', { attributes: 'emails.display' }, least],
    [
      'an attribute behind the URN of the core',
      { attributes: `${CORE}:name.familyName` },
      { ...least, name: { familyName: 'Jensen' } },
    ],
    [
      'an extension',
      { attributes: ENTERPRISE.toUpperCase() },
      { ...least, [ENTERPRISE]: document[ENTERPRISE] },
    ],
    [
      'an attribute of an extension',
      { attributes: `${ENTERPRISE}:department` },
      { ...least, [ENTERPRISE]: { department: 'Tours' } },
    ],
    [
      'a sub-attribute of one of an extension',
      { attributes: `${ENTERPRISE}:manager.displayName` },
      { ...least, [ENTERPRISE]: { manager: { displayName: 'John' } } },
    ],
    [
      'an attribute named whole and in part',
      { attributes: 'name,name.givenName' },
      { ...least, name: document.name },
    ],
    [
      'all but what is excluded',
      { excludedAttributes: `emails,name.givenName,meta,${ENTERPRISE}` },
      { ...least, userName: 'bjensen', name: { familyName: 'Jensen' } },
    ],
    [
      'all but a part of an extension',
      { excludedAttributes: `${ENTERPRISE}:manager.value,${ENTERPRISE}:department` },
      { ...whole, [ENTERPRISE]: { manager: { displayName: 'John' } } },
    ],
    [
      'id and schemas in spite of all',
      { excludedAttributes: 'id,schemas,groups,shoeSize' },
      { ...whole },
    ],
    [
      'what is wanted, whatever is not',
      { attributes: 'userName', excludedAttributes: 'userName' },
      { ...least, userName: 'bjensen' },
    ],
  ] as const
  for (const [name, query, answer] of answered) {
    test(`answers ${name}`, () => {
      assert.deepEqual(project(success(readProjection(userType, query)), resource), answer)
    })
  }

  test('knows whether members are worth reading', () => {
    const hasMembers = (query: object) => success(readProjection(groupType, query)).has('members')
    assert.equal(hasMembers({}), true)
    assert.equal(hasMembers({ excludedAttributes: 'Members' }), false)
    assert.equal(hasMembers({ attributes: 'displayName' }), false)
    assert.equal(hasMembers({ attributes: 'members.value' }), true)
    assert.equal(success(readProjection(userType, {})).has('groups'), false)
  })

  test('refuses more names than a URL can have', () => {
    const error = errorOf(readProjection(userType, { attributes: 'name,'.repeat(2001) }))
    assert.equal(error.scimType, 'invalidValue')
  })

  test('answers part of the resource, and always the least', () => {
    const names = attributesOf(userType).flatMap(({ name, subAttributes = [] }) => [
      name,
      ...subAttributes.map((sub) => `${name}${name.includes(':') ? ':' : '.'}${sub.name}`),
    ])
    const list = fc
      .array(fc.constantFrom(...names, 'x', ''), { maxLength: 8 })
      .map((some) => some.join(','))
    fc.assert(
      fc.property(
        fc.record({ attributes: list, excludedAttributes: list }, { requiredKeys: [] }),
        (query) => {
          const projection = success(readProjection(userType, query))
          const answer = project(projection, resource)
          assert.deepEqual({ ...answer, ...least }, answer)
          assert.deepEqual(project(projection, answer), answer)
          assert.equal(Object.hasOwn(answer, 'password'), false)
        },
      ),
    )
  })

  test('never answers what is never returned, nor leaves out what always is', () => {
    const type = {
      ...userType,
      schema: {
        ...userType.schema,
        attributes: [
          attribute({
            name: 'badge',
            description: 'badge',
            subAttributes: [
              attribute({ name: 'number', description: 'n', returned: 'always' }),
              attribute({ name: 'pin', description: 'p', returned: 'never' }),
              attribute({ name: 'photo', description: 'p' }),
            ],
          }),
        ],
      },
    }
    const badge = { badge: { number: '1', pin: '2', photo: '3' } }
    const answer = (query: object) => project(success(readProjection(type, query)), badge)
    assert.deepEqual(answer({}), { badge: { number: '1', photo: '3' } })
    assert.deepEqual(answer({ attributes: 'badge.photo' }), { badge: { number: '1', photo: '3' } })
    assert.deepEqual(answer({ attributes: 'badge' }), { badge: { number: '1', photo: '3' } })
    assert.deepEqual(answer({ excludedAttributes: 'badge.photo,badge.number' }), {
      badge: { number: '1' },
    })
  })
})
