import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parsePath } from '#shared/scim/filter/parse-path.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { spelledPath } from './spelled.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe('parsePath reads', () => {
  const understood = [
    ['name.familyName', 'name.familyName'],
    ['NAME.familyname', 'name.familyName'],
    ['userName', 'userName'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'userName'],
    ['emails', 'emails'],
    ['emails.value', 'emails.value'],
    ['addresses[type eq "work"]', 'addresses[type eq "work"]'],
    ['addresses[type eq "work"].streetAddress', 'addresses[type eq "work"].streetAddress'],
    [
      'emails[type eq "work" and value ew "example.com"].display',
      'emails[(type eq "work" and value ew "example.com")].display',
    ],
    ['roles[primary eq "True"].value', 'roles[primary eq true].value'],
    ['manager', `${enterprise}:manager`],
    [`${enterprise}:manager.value`, `${enterprise}:manager.value`],
    [enterprise, enterprise],
    [`${enterprise}:employeeNumber`, `${enterprise}:employeeNumber`],
    ['password', 'password'],
    ['id', 'id'],
  ] as const
  for (const [text, meaning] of understood) {
    test(text, () => {
      const path = parsePath(userType, text)
      assert.ok(path.ok, text)
      assert.equal(spelledPath(path.value), meaning)
    })
  }

  test('members of a group', () => {
    const path = parsePath(groupType, 'members[value eq "2819c223"]')
    assert.equal(path.ok && spelledPath(path.value), 'members[value eq "2819c223"]')
  })
})

describe('parsePath refuses', () => {
  const refused = [
    ['nothing', '', /Expected an attribute, found its end/],
    ['blanks', '  ', /Expected an attribute, found its end/],
    ['an unknown attribute', 'foo', /No such attribute: foo$/],
    ['a prototype', '__proto__.polluted', /No such attribute: __proto__\.polluted$/],
    ['a constructor', 'constructor.prototype.x', /No such attribute: constructor/],
    ['an unknown sub-attribute of a value', 'emails[type eq "x"].foo', /No such attribute: foo$/],
    ['the prototype of a value', 'emails[type eq "x"].__proto__', /No such attribute: __proto__$/],
    ['a filter on an unknown sub-attribute', 'emails[foo eq "x"]', /No such attribute: foo$/],
    ['a filter that is none', 'emails[type]', /operator behind type/],
    ['a bracket that is not closed', 'emails[type eq "x"', /"\]", found its end/],
    ['empty brackets', 'emails[]', /Expected an attribute/],
    ['an index', 'emails[0]', /Expected an attribute.*found 0/],
    ['a filter on what has one value', 'name[familyName pr]', /name has one value only/],
    ['a filter on simple values', 'schemas[value pr]', /schemas has no sub-attributes/],
    ['a comparison', 'userName eq "x"', /Expected its end, found eq/],
    ['two paths', 'emails[type eq "x"] emails', /Expected its end, found emails/],
    ['a core URN alone', 'urn:ietf:params:scim:schemas:core:2.0:User', /No such attribute/],
    ['a slash', 'name/familyName', /from this character on: \//],
    ['more than 8,192 characters', `emails[type eq "${'x'.repeat(8192)}"]`, /longer than 8192/],
  ] as const
  for (const [name, text, detail] of refused) {
    test(name, () => {
      const path = parsePath(userType, text)
      assert.ok(!path.ok)
      assert.deepEqual([path.error.status, path.error.scimType], [400, 'invalidPath'])
      assert.match(path.error.detail, detail)
    })
  }
})

describe('parsePath', () => {
  test('makes a path or an invalidPath of any text', () => {
    const pieces = ['emails', 'name', '.value', '.', '[', ']', 'type eq "a"', ' ', 'manager', 'x']
    const likely = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(''))
    let paths = 0
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (any) => {
        const path = parsePath(userType, any)
        if (!path.ok) return assert.equal(path.error.scimType, 'invalidPath')
        paths += 1
        assert.deepEqual(parsePath(userType, spelledPath(path.value)), path)
      }),
      { numRuns: 5000 },
    )
    assert.ok(paths > 50, `${paths}`)
  })
})
