import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newName, newScim, resourcesOf, type Scim } from './scim-client.ts'

/**
 * Proves what holds while many write at once (R29): one userName is given once, no member is lost,
 * and no membership outlives its user.
 */
const settledStatuses = (answers: readonly { status: number }[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** All of them, so many at a time. */
async function manyAtOnce<Given, Made>(
  given: readonly Given[],
  atOnce: number,
  make: (one: Given) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  const queue = given.entries()
  const work = async () => {
    for (const [index, one] of queue) made[index] = await make(one)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return made
}

const users = (scim: Scim, count: number) =>
  manyAtOnce(Array.from({ length: count }), 16, async () => (await scim.user()).id)

const add = (value: string) => [{ op: 'add', path: 'members', value: [{ value }] }]
const remove = (id: string) => [{ op: 'remove', path: `members[value eq "${id}"]` }]
const sorted = (ids: readonly string[]) => ids.toSorted((a, b) => a.localeCompare(b))

describe('at once', () => {
  test('100 creations of one userName in two letter cases make one user', async () => {
    const scim = await newScim()
    const userName = newName()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        scim.post('/Users', { userName: n % 2 ? userName : userName.toUpperCase() }),
      ),
    )
    assert.deepEqual(settledStatuses(answers), { 201: 1, 409: 99 })
    const listed = await scim.get('/Users')
    assert.equal(listed.body['totalResults'], 1)
    assert.equal(resourcesOf(listed).length, 1)
  })

  test('30 creations of one group make one group', async () => {
    const scim = await newScim()
    const displayName = newName()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => scim.post('/Groups', { displayName })),
    )
    assert.deepEqual(settledStatuses(answers), { 201: 1, 409: 29 })
  })

  test('20 renames to one userName give it to one', async () => {
    const scim = await newScim()
    const value = newName()
    const ids = await users(scim, 20)
    const op = { op: 'replace', path: 'userName', value }
    const answers = await Promise.all(ids.map((id) => scim.patch(`/Users/${id}`, [op])))
    assert.deepEqual(settledStatuses(answers), { 200: 1, 409: 19 })
  })

  test('500 PATCHes of one group, each of one member, lose none', async () => {
    const scim = await newScim()
    const ids = await users(scim, 500)
    const { id } = await scim.group()
    const answers = await Promise.all(ids.map((one) => scim.patch(`/Groups/${id}`, add(one))))
    assert.deepEqual(settledStatuses(answers), { 204: 500 })
    assert.deepEqual(await scim.membersOf(id), sorted(ids))
  })

  test('members that come and go leave those that came', async () => {
    const scim = await newScim()
    const ids = await users(scim, 24)
    const [stay, go] = [ids.slice(0, 12), ids.slice(12)]
    const { id } = await scim.group(go)
    const answers = await Promise.all([
      ...stay.map((one) => scim.patch(`/Groups/${id}`, add(one))),
      ...go.map((one) => scim.patch(`/Groups/${id}`, remove(one))),
    ])
    assert.deepEqual(settledStatuses(answers), { 204: 24 })
    assert.deepEqual(await scim.membersOf(id), sorted(stay))
  })

  test('one user comes into 20 groups', async () => {
    const scim = await newScim()
    const user = await scim.user()
    const groups = await Promise.all(Array.from({ length: 20 }, () => scim.group()))
    const answers = await Promise.all(
      groups.map(({ id }) => scim.patch(`/Groups/${id}`, add(user.id))),
    )
    assert.deepEqual(settledStatuses(answers), { 204: 20 })
    const { groups: now } = (await scim.read(`/Users/${user.id}?attributes=groups`)) as unknown as {
      groups: readonly { value: string }[]
    }
    assert.deepEqual(sorted(now.map(({ value }) => value)), sorted(groups.map(({ id }) => id)))
  })

  test('a user that is deleted while it comes into groups is in none', async () => {
    const scim = await newScim()
    const groups = await Promise.all([scim.group(), scim.group()])
    for (let round = 0; round < 8; round++) {
      const { id } = await scim.user()
      const answers = await Promise.all([
        ...groups.map((group) => scim.patch(`/Groups/${group.id}`, add(id))),
        scim.remove(`/Users/${id}`),
      ])
      assert.ok(
        answers.every(({ status }) => status === 204),
        JSON.stringify(settledStatuses(answers)),
      )
      for (const group of groups) assert.deepEqual(await scim.membersOf(group.id), [])
    }
  })

  test('replacements of all members leave one of them whole', async () => {
    const scim = await newScim()
    const ids = await users(scim, 12)
    const { id } = await scim.group()
    const sets = [ids.slice(0, 4), ids.slice(4, 8), ids.slice(8)]
    const answers = await Promise.all(
      sets.map((set) =>
        scim.patch(`/Groups/${id}`, [
          { op: 'replace', path: 'members', value: set.map((value) => ({ value })) },
        ]),
      ),
    )
    assert.deepEqual(settledStatuses(answers), { 204: 3 })
    const members = await scim.membersOf(id)
    assert.ok(
      sets.some((set) => JSON.stringify(sorted(set)) === JSON.stringify(members)),
      `${members.length} members are a mix`,
    )
  })
})
