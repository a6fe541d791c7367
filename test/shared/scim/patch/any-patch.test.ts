import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readDocument } from '#shared/scim/documents/read-document.ts'
import { patchGroup } from '#shared/scim/patch/patch-group.ts'
import { patchUser } from '#shared/scim/patch/patch-user.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import type { Document } from '#shared/scim/types.ts'
import {
  anyBody,
  cpuMsOf,
  likelyBody,
  likelyValue,
  success,
  text,
  topNames,
} from '../documents/arbitraries.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const filtered = fc
  .tuple(
    fc.constantFrom('emails', 'roles', 'addresses', 'phoneNumbers', 'members', 'groups', 'name'),
    fc.constantFrom(
      'type eq "work"',
      'type eq "a"',
      'value eq "a"',
      'primary eq "True"',
      'primary eq true',
      'value pr',
      'not (type pr)',
      'type eq "work" and primary eq true',
      'value eq "a" or type eq "home"',
      'value eq ""',
      'x',
    ),
    fc.constantFrom('', '', '.value', '.primary', '.type', '.display', '.streetAddress', '.x'),
  )
  .map(([name, filter, sub]) => `${name}[${filter}]${sub}`)
const path = fc.oneof(
  fc.constantFrom(...topNames),
  fc.constantFrom('emails.primary', 'roles.value', 'manager', 'name.familyName'),
  filtered,
)
const one = fc.record(
  {
    value: text,
    type: fc.constantFrom('work', 'home', 'a'),
    primary: fc.constantFrom(true, false, 'True', ''),
    display: text,
  },
  { requiredKeys: [] },
)
/** What fits, so that most of it is done. */
const fitting = fc.oneof(
  fc.record({
    path: fc.constantFrom(
      'emails',
      'roles',
      'phoneNumbers',
      'emails[type eq "work"]',
      'roles[value eq "a"]',
    ),
    value: fc.oneof(one, fc.array(one, { maxLength: 3 })),
  }),
  fc.record({
    path: fc.constantFrom(
      'title',
      'userName',
      'name.givenName',
      'manager',
      'emails[type eq "work"].value',
      'roles[primary eq "True"].value',
      'emails[type eq "home"].display',
      'roles.value',
      'roles[type eq "a" or value eq "b"].type',
    ),
    value: text,
  }),
  fc.record({
    path: fc.constantFrom(
      'active',
      'emails[type eq "home"].primary',
      'emails[value eq "a"].primary',
      'roles.primary',
    ),
    value: fc.constantFrom(true, false, 'True', 'false', ''),
  }),
  fc.record({
    path: fc.constantFrom('name', 'addresses', 'addresses[type eq "work"]', ENTERPRISE),
    value: likelyValue,
  }),
)
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('add', 'Replace', 'REMOVE'), fitting)
      .map(([op, rest]) => ({ op, ...rest })),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        op: fc.constantFrom('add', 'Replace', 'remove'),
        path,
        value: fc.oneof(
          { weight: 4, arbitrary: likelyValue },
          { weight: 1, arbitrary: likelyBody },
        ),
      },
      { requiredKeys: ['op'] },
    ),
  },
)
const filteredKeys = fc
  .dictionary(path, likelyValue, { maxKeys: 4 })
  .map((value) => ({ op: 'replace', value }))
const likelyPatch = fc
  .array(fc.oneof({ weight: 4, arbitrary: operation }, { weight: 1, arbitrary: filteredKeys }), {
    maxLength: 4,
  })
  .map((Operations) => ({ Operations }))
const anyPatch = fc.oneof(
  { weight: 6, arbitrary: likelyPatch },
  { weight: 1, arbitrary: anyBody },
  { weight: 1, arbitrary: fc.array(anyBody).map((Operations) => ({ Operations })) },
)

const document = likelyBody.map((body): Document => {
  const read = readDocument(userType, body)
  return read.ok
    ? read.value.document
    : {
        userName: 'barbara',
        emails: [
          { value: 'a', type: 'work', primary: true },
          { value: 'b', type: 'home' },
        ],
      }
})

describe('PATCH of anything', () => {
  test('makes a valid user of a valid one or refuses, and leaves what it was given as it was', () => {
    let changed = 0
    fc.assert(
      fc.property(document, anyPatch, (before, body) => {
        const text = JSON.stringify([before, body])
        const result = patchUser(before, body)
        assert.equal(JSON.stringify([before, body]), text)
        if (!result.ok) return assert.match(String(result.error.status), /^4\d\d$/)
        const after = success(readDocument(userType, result.value)).document
        assert.deepEqual(after, result.value)
        // The same object, or another value.
        if (result.value !== before) assert.notDeepEqual(result.value, before)
        if (result.value !== before) changed += 1
      }),
      { numRuns: 3000 },
    )
    assert.ok(changed > 300, `only ${changed} changes`)
  })

  test('makes a valid group of a valid one or refuses', () => {
    const group = { displayName: 'Guides' }
    fc.assert(
      fc.property(anyPatch, (body) => {
        const text = JSON.stringify(body)
        const result = patchGroup(group, body)
        assert.equal(JSON.stringify(body), text)
        if (!result.ok) return assert.match(String(result.error.status), /^4\d\d$/)
        assert.deepEqual(
          success(readDocument(groupType, result.value.document)).document,
          result.value.document,
        )
        const { replace, add, remove, removeWhere } = result.value.members
        if (replace) assert.deepEqual([add, remove, removeWhere], [[], [], []])
        assert.ok(!add.some(({ value }) => remove.includes(value)))
      }),
      { numRuns: 2000 },
    )
  })

  test('adds twice what it adds once', () => {
    fc.assert(
      fc.property(document, fitting, (before, { path, value }) => {
        // Whoever changes what the filter looks for does something else the second time.
        fc.pre(!/\].type|\[value.*\.value/.test(path))
        fc.pre(!path.endsWith(']') || !/"(type|value|Type)"/.test(JSON.stringify(value)))
        const body = { Operations: [{ op: 'add', path, value }] }
        const once = patchUser(before, body)
        if (!once.ok) return
        const twice = success(patchUser(once.value, body))
        assert.equal(twice, once.value)
      }),
      { numRuns: 3000 },
    )
  })

  test('takes time in proportion to values and operations, 1,000 of each at worst', () => {
    const roles = Array.from({ length: 1000 }, (_, at) => ({ value: `v${at}`, type: 'a' }))
    const worst = [
      [
        'all values',
        (at: number) => ({ op: 'replace', path: 'roles[value pr].display', value: `d${at}` }),
      ],
      ['no value', () => ({ op: 'remove', path: 'roles[value eq "x" or display eq "y"]' })],
      ['the list', () => ({ op: 'add', path: 'roles', value: [{ value: 'v1', type: 'a' }] })],
      ['many values', () => ({ op: 'add', path: 'roles', value: roles.slice(0, 60) })],
    ] as const
    for (const [name, operation] of worst) {
      const body = { Operations: Array.from({ length: 1000 }, (_, at) => operation(at)) }
      const ms = cpuMsOf(() => success(patchUser({ userName: 'b', roles }, body)))
      assert.ok(ms < 3000, `${name}: ${ms} ms`)
    }
  })
})
