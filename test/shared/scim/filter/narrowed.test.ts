import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ResourceType } from '#shared/scim/attributes.ts'
import { matches } from '#shared/scim/filter/matches.ts'
import { narrowed } from '#shared/scim/filter/narrowed.ts'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import { anyFilter, anyResource } from './arbitrary.ts'
import { naivelyMatches } from './naive.ts'
import { spelled } from './spelled.ts'

const types = [userType, groupType]

function parsed(type: ResourceType, text: string) {
  const filter = parseFilter(type, text, types)
  return filter.ok ? filter.value : assert.fail(`${text}: ${filter.error.detail}`)
}

/** What is left, as a filter would be written. */
function left(type: ResourceType, text: string) {
  const filter = narrowed(type, parsed(type, text))
  return typeof filter === 'boolean' ? filter : spelled(filter)
}

const UNCHANGED = 'unchanged'
const user = 'urn:ietf:params:scim:schemas:core:2.0:User'

describe('a filter over several types', () => {
  const cases = [
    ['externalId eq "x"', 'externalId eq "x"', 'externalId eq "x"'],
    ['userName eq "x"', 'userName eq "x"', false],
    ['members eq "x"', false, 'members.value eq "x"'],
    ['members[value eq "x"]', false, 'members[value eq "x"]'],
    ['userName pr', 'userName pr', false],
    ['userName ne "x"', 'userName ne "x"', true],
    ['userName eq null', 'not (userName pr)', true],
    ['not (members pr)', true, 'not (members pr)'],
    ['meta.resourceType eq "User"', true, false],
    ['meta.resourceType eq "user"', false, false],
    ['meta.resourceType ne "User"', false, true],
    ['meta.resourceType eq "Group" and externalId eq "x"', false, 'externalId eq "x"'],
    ['(userName eq "x" or displayName eq "y")', UNCHANGED, 'displayName eq "y"'],
    ['(userName eq "x" and displayName eq "y")', UNCHANGED, false],
    [
      'not (userName eq "x" or members eq "y")',
      'not (userName eq "x")',
      'not (members.value eq "y")',
    ],
    ['userName pr or members pr', 'userName pr', 'members pr'],
    [`${user}:displayName eq "x"`, 'displayName eq "x"', false],
  ] as const
  for (const [text, ofUsers, ofGroups] of cases) {
    test(`leaves what each type has to decide of ${text}`, () => {
      assert.equal(left(userType, text), ofUsers === UNCHANGED ? text : ofUsers)
      assert.equal(left(groupType, text), ofGroups)
    })
  }

  for (const type of types) {
    test(`decides as all of it would, of a ${type.name}`, () => {
      const filters = fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.tuple(anyFilter(userType), anyFilter(groupType)),
      })
      fc.assert(
        fc.property(filters, anyResource(type), (filter, resource) => {
          const all = parsed(type, spelled(filter))
          const shown = { ...resource, meta: { resourceType: type.name } }
          const found = narrowed(type, all)
          const isFound = typeof found === 'boolean' ? found : matches(found, shown)
          assert.equal(isFound, naivelyMatches(all, shown))
        }),
      )
    })
  }

  const refused = [
    ['shoeSize eq 1', 'invalidFilter'],
    ['userName eq', 'invalidFilter'],
    ['members eq true', 'invalidFilter'],
    ['password eq "x"', 'sensitive'],
    ['displayName eq "x" or password eq "x"', 'sensitive'],
  ] as const
  for (const [text, scimType] of refused) {
    test(`is refused by each of them: ${text}`, () => {
      for (const type of types) {
        const filter = parseFilter(type, text, types)
        assert.equal(filter.ok ? undefined : filter.error.scimType, scimType)
      }
    })
  }
})
