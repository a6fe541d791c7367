import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { newDirectoryId, newOrgId } from '#shared/ids.ts'
import type { ResourceType } from '#shared/scim/attributes.ts'
import { matches } from '#shared/scim/filter/matches.ts'
import { parseFilter } from '#shared/scim/filter/parse-filter.ts'
import { planFilter } from '#shared/scim/filter/plan-filter.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import type { IndexKey } from '#shared/scim/types.ts'
import { fold } from '#shared/users/fold.ts'
import { anyFilter, anyResource } from './arbitrary.ts'
import { naiveValues } from './naive.ts'
import { spelled } from './spelled.ts'

function plan(text: string, type: ResourceType = userType) {
  const filter = parseFilter(type, text)
  assert.ok(filter.ok, text)
  const planned = planFilter(type, filter.value)
  return planned === 'scan' ? 'scan' : planned.keys.map(shownKey).join(' ')
}

const shownKey = (key: IndexKey) =>
  'value' in key ? `${key.by}=${key.value}` : `${key.by}^${key.startsWith}`

describe('planFilter finds keys of users in', () => {
  const cases = [
    ['id eq "U1"', 'id=U1'],
    ['userName eq "Ada"', 'userName=Ada'],
    ['userName sw "Ada"', 'userName^ada'],
    ['externalId eq "X"', 'externalId=X'],
    ['emails eq "A@B"', 'email=A@B'],
    ['emails.value eq "a@b"', 'email=a@b'],
    ['emails[value eq "a@b"]', 'email=a@b'],
    ['emails[type eq "work"].value eq "a@b"', 'email=a@b'],
    ['emails[type eq "work" and value eq "a@b"]', 'email=a@b'],
    ['emails[value eq "a" or value eq "b"]', 'email=a email=b'],
    ['groups eq "G"', 'group=G'],
    ['groups[value eq "G"]', 'group=G'],
    ['active eq true and userName eq "a"', 'userName=a'],
    ['userName sw "a" and userName eq "ab"', 'userName=ab'],
    ['userName eq "a" and id eq "U1"', 'id=U1'],
    ['groups eq "G" and emails eq "a@b"', 'email=a@b'],
    ['id eq "U1" and manager eq "U2"', 'id=U1'],
    ['not (active eq true) and externalId eq "X"', 'externalId=X'],
    ['userName eq "a" or externalId eq "b"', 'userName=a externalId=b'],
    ['(userName eq "a" or userName eq "b") and active eq true', 'userName=a userName=b'],
    ['(id eq "a" and active eq true) or (title pr and id eq "b")', 'id=a id=b'],
    ['userName eq "a" or active eq true', 'scan'],
    ['not (userName eq "a")', 'scan'],
    ['emails[not (value eq "a")]', 'scan'],
    ['emails[type eq "work" or value eq "a"]', 'scan'],
    ['userName ne "a"', 'scan'],
    ['userName co "a"', 'scan'],
    ['userName ew "a"', 'scan'],
    ['userName ge "a"', 'scan'],
    ['userName pr', 'scan'],
    ['userName eq null', 'scan'],
    ['userName eq ""', 'scan'],
    ['userName sw ""', 'scan'],
    ['externalId sw "a"', 'scan'],
    ['emails sw "a"', 'scan'],
    ['emails.type eq "work"', 'scan'],
    ['displayName eq "Ada"', 'scan'],
    ['phoneNumbers eq "1"', 'scan'],
    ['active eq true', 'scan'],
    ['manager eq "U2"', 'scan'],
  ] as const
  for (const [text, expected] of cases) {
    test(`${text}: ${expected}`, () => assert.equal(plan(text), expected))
  }
})

describe('planFilter finds keys of groups in', () => {
  const cases = [
    ['id eq "G1"', 'id=G1'],
    ['displayName eq "Tour Guides"', 'displayName=Tour Guides'],
    ['displayName sw "Tour"', 'displayName^tour'],
    ['externalId eq "X"', 'externalId=X'],
    ['members eq "U"', 'member=U'],
    ['members[value eq "U" and type eq "User"]', 'member=U'],
    ['members eq "U" and displayName eq "a"', 'displayName=a'],
    ['id eq "G1" and members eq "U"', 'id=G1'],
    ['members.type eq "User"', 'scan'],
    ['displayName co "a"', 'scan'],
  ] as const
  for (const [text, expected] of cases) {
    test(`${text}: ${expected}`, () => assert.equal(plan(text, groupType), expected))
  }
})

describe('planFilter', () => {
  test('takes up to 100 keys', () => {
    const names = (count: number) =>
      Array.from({ length: count }, (_, n) => `id eq "${n}"`).join(' or ')
    assert.equal(plan(names(100)).split(' ').length, 100)
    assert.equal(plan(names(101)), 'scan')
  })

  test('cuts beginnings so that long names have them, too', () => {
    const directory = newDirectoryId(newOrgId())
    for (const letter of ['a', 'É', '😀', '\u0130']) {
      const name = letter.repeat(900)
      const filter = parseFilter(userType, `userName sw "${letter.repeat(400)}"`)
      assert.ok(filter.ok && matches(filter.value, { userName: name }))
      const planned = planFilter(userType, filter.value)
      const key = planned !== 'scan' && planned.keys[0]
      assert.ok(key && 'startsWith' in key)
      assert.equal(fold(key.startsWith), key.startsWith)
      assert.ok(scimKeys.userName(directory, name).sk.startsWith(key.startsWith), letter)
    }
  })

  const searched = ['id', 'userName', 'externalId', 'emails', 'emails.value', 'groups', 'active']
  const searchedOfGroups = ['id', 'displayName', 'externalId', 'members', 'members.value']
  for (const [type, names] of [
    [userType, searched],
    [groupType, searchedOfGroups],
  ] as const) {
    test(`loses no ${type.name} that a filter matches`, () => {
      const hits = { planned: 0, found: 0 }
      fc.assert(
        fc.property(anyFilter(type, names), anyResource(type), (filter, resource) => {
          const planned = planFilter(type, filter)
          if (planned === 'scan') return
          hits.planned += 1
          if (!matches(filter, resource)) return
          hits.found += 1
          assert.ok(
            planned.keys.some((key) => leadsTo(key, resource)),
            spelled(filter),
          )
        }),
        { numRuns: 30_000 },
      )
      assert.ok(hits.planned > 200 && hits.found > 20, JSON.stringify(hits))
    })
  }
})

/** What each key is made of. */
const keyed = {
  id: { path: ['id'], isExact: true },
  userName: { path: ['userName'], isExact: false },
  displayName: { path: ['displayName'], isExact: false },
  externalId: { path: ['externalId'], isExact: true },
  email: { path: ['emails', 'value'], isExact: false },
  member: { path: ['members', 'value'], isExact: true },
  group: { path: ['groups', 'value'], isExact: true },
} as const

function leadsTo(key: IndexKey, resource: object): boolean {
  const { path, isExact } = keyed[key.by]
  const values = naiveValues(resource, path).filter((one) => typeof one === 'string')
  if ('startsWith' in key) return values.some((one) => fold(one).startsWith(fold(key.startsWith)))
  return values.some((one) => (isExact ? one === key.value : fold(one) === fold(key.value)))
}
