import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DirectoryId, GroupId, OrgId, UserId } from '#shared/ids.ts'
import type { Rule } from '#shared/products/rules.ts'
import { type FollowPorts, followAccess } from '#shared/scim/following/follow-access.ts'
import type { AccessWork } from '#shared/scim/following/work.ts'
import type { MemberId } from '#shared/scim/types.ts'
import { rule } from '#test/shared/products/example.ts'

const orgId: OrgId = `org_${'a'.repeat(32)}`
const directoryId: DirectoryId = `dir_${'a'.repeat(32)}00000000`
const hex = (text: string) => Buffer.from(text).toString('hex').padEnd(32, '0').slice(0, 32)
const user = (name: string): UserId => `usr_${hex(name)}`
const group = (name: string): GroupId => `grp_${hex(name)}`

type World = {
  rules?: readonly Rule[]
  rev?: number
  /** By group. */
  members?: Record<string, readonly MemberId[]>
  names?: readonly string[]
  pageSize?: number
}

/** A directory whose SCIM users are people of the same id, and whom was looked at. */
function worldOf({ rules = [rule(1, 'crew')], rev = 1, members = {}, names, pageSize = 2 }: World) {
  const looked: UserId[] = []
  const later: AccessWork[] = []
  const unused = () => Promise.reject(new Error('nothing is given or taken here'))
  const ports: FollowPorts = {
    rules: { find: () => Promise.resolve({ rules, rev }) },
    people: {
      findProviders: () => Promise.resolve(new Set()),
      async find(person) {
        looked.push(person.userId)
        return { ...person, state: 'active', groups: [], accesses: [], attributes: {} }
      },
      list: unused,
      saveAttributes: unused,
    },
    access: { find: unused, grant: unused } as unknown as FollowPorts['access'],
    groups: {
      namesAbove: () => Promise.resolve(names && new Set(names)),
      async members(_, id, after) {
        const all = members[id] ?? []
        const start = after === undefined ? 0 : Number(after)
        const end = start + pageSize
        return { members: all.slice(start, end), ...(end < all.length && { next: String(end) }) }
      },
      peopleOf: (_, scimUsers) => Promise.resolve(scimUsers),
    },
    async goOn(work) {
      later.push(work)
    },
  }
  return { ports, looked, later }
}

const actor = 'scim:sct_1'
const member: AccessWork = {
  ...({ kind: 'member', directoryId, actor } as const),
  ...{ groupId: group('crew'), scimUserId: user('ada') },
}
const walk = (id: GroupId): AccessWork => ({
  ...({ kind: 'group', directoryId, actor } as const),
  ...{ pending: [id], seen: [id] },
})
const inTime = { nowMs: 1, isLate: () => false }

describe('followAccess', () => {
  test('looks at nobody where an organization has never had rules', async () => {
    const { ports, looked } = worldOf({ rules: [], rev: 0 })
    await followAccess(ports, member, inTime)
    await followAccess(ports, walk(group('crew')), inTime)
    await followAccess(ports, { kind: 'person', orgId, userId: user('ada'), actor }, inTime)
    assert.deepEqual(looked, [])
  })

  test('looks at a person', async () => {
    const { ports, looked } = worldOf({})
    await followAccess(ports, { kind: 'person', orgId, userId: user('ada'), actor }, inTime)
    assert.deepEqual(looked, [user('ada')])
  })

  const memberships: [string, readonly string[] | undefined, UserId[]][] = [
    ['that a rule names', ['Crew', 'crew'], [user('ada')]],
    ['that no rule names', ['Crew'], []],
    ['that has gone', undefined, [user('ada')]],
  ]
  for (const [name, names, expected] of memberships) {
    test(`looks at the member of a group ${name}: ${expected.length}`, async () => {
      const { ports, looked } = worldOf({ ...(names && { names }) })
      await followAccess(ports, member, inTime)
      assert.deepEqual(looked, expected)
    })
  }

  test('looks at all members of a group, and of those in it, once', async () => {
    const [crew, staff] = [group('crew'), group('staff')]
    const people = ['a', 'b', 'c', 'd', 'e'].map(user)
    const members = { [crew]: [staff, ...people.slice(0, 3)], [staff]: [crew, ...people.slice(3)] }
    const { ports, looked, later } = worldOf({ members })
    await followAccess(ports, walk(crew), inTime)
    assert.deepEqual(looked, people)
    assert.deepEqual(later, [])
  })

  test('goes on in another message where there is no time left, and comes to an end', async () => {
    const [crew, staff] = [group('crew'), group('staff')]
    const people = Array.from({ length: 9 }, (_, n) => user(`${n}`))
    const members = { [crew]: [staff, ...people.slice(0, 6)], [staff]: people.slice(6) }
    const { ports, looked, later } = worldOf({ members })
    const queue = [walk(crew)]
    let messages = 0
    for (let work = queue.pop(); work; work = later.pop()) {
      messages++
      const [parsed] = [JSON.parse(JSON.stringify(work)) as AccessWork]
      await followAccess(ports, parsed, { nowMs: 1, isLate: () => true })
    }
    assert.deepEqual(looked, people)
    assert.equal(messages, 6) // four pages and two
  })

  test('follows a thousand groups of one walk at most', async () => {
    const all = Array.from({ length: 1100 }, (_, n) => group(`${n}`))
    const crew = group('crew')
    const members = Object.fromEntries([
      [crew, all],
      ...all.map((id, n) => [id, [user(`${n}`)]] as const),
    ])
    const { ports, looked } = worldOf({ members, pageSize: 100 })
    await followAccess(ports, walk(crew), inTime)
    assert.equal(looked.length, 999)
  })
})
