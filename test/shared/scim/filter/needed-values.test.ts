import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { matches } from '#shared/scim/filter/matches.ts'
import { neededValues } from '#shared/scim/filter/needed-values.ts'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { anyFilter, anyResource } from './arbitrary.ts'
import { spelled } from './spelled.ts'

describe('neededValues', () => {
  const cases = [
    ['displayName eq "a"', []],
    ['id eq "g" and members eq "u"', ['u']],
    ['members.value eq "u" or not (members[value eq "v" and type eq "User"])', ['u', 'v']],
    ['members[value eq "u" or value eq "v"]', ['u', 'v']],
    ['members[value eq "u" or type eq "User"]', 'all'],
    ['members[type eq "User"].value eq "u"', ['u']],
    ['members[not (value eq "u")]', 'all'],
    ['members.type eq "Group"', 'all'],
    ['members.$ref eq "u"', 'all'],
    ['members.value ne "u"', 'all'],
    ['members.value sw "u"', 'all'],
    ['members pr', 'all'],
    ['displayName pr or members pr', 'all'],
  ] as const
  for (const [text, expected] of cases) {
    test(`${text}: ${expected}`, () => {
      const filter = parseFilter(groupType, text)
      assert.ok(filter.ok)
      const needed = neededValues(filter.value, { name: 'members' })
      assert.deepEqual(needed === 'all' ? 'all' : [...needed], expected)
    })
  }

  test('are all where the filter asks for what a value does not tell', () => {
    const groups = { name: 'groups', untold: 'display' }
    for (const [text, expected] of [
      ['groups[value eq "g" and display eq "a"]', 'all'],
      ['groups[value eq "g" and not (display pr)]', 'all'],
      ['groups[value eq "g"].display eq "a"', 'all'],
      ['groups[value eq "g" and type eq "direct"]', ['g']],
      ['displayName eq "a" and groups.value eq "g"', ['g']],
    ] as const) {
      const filter = parseFilter(userType, text)
      assert.ok(filter.ok)
      const needed = neededValues(filter.value, groups)
      assert.deepEqual(needed === 'all' ? 'all' : [...needed], expected, text)
    }
  })

  test('are enough for any filter to be decided', () => {
    let restricted = 0
    const filters = anyFilter(groupType, [
      'members',
      'members.value',
      'members.value',
      'displayName',
    ])
    fc.assert(
      fc.property(filters, anyResource(groupType), (filter, resource) => {
        const needed = neededValues(filter, { name: 'members' })
        if (needed === 'all') return
        const { members = [] } = resource as {
          members?: readonly (string | { value?: string } | null)[]
        }
        const some = members.filter((one) =>
          needed.has(typeof one === 'string' ? one : `${one?.value}`),
        )
        if (some.length < members.length) restricted += 1
        const given = { ...resource, members: some }
        assert.equal(matches(filter, given), matches(filter, resource), spelled(filter))
      }),
      { numRuns: 3000 },
    )
    assert.ok(restricted > 100, `${restricted}`)
  })
})
