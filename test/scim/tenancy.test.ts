import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { newScimToken } from './new-directory.ts'
import {
  assertError,
  assertList,
  newScim,
  type Resource,
  readAnswer,
  type Scim,
} from './scim-client.ts'

/**
 * Proves that a directory sees itself only: ids of another organization's are 404 wherever they can
 * stand, its token is 401 elsewhere, and names are unique in each directory for itself.
 */
let scim: Scim
let other: Scim
let theirs: { user: Resource; group: Resource }
before(async () => {
  scim = await newScim()
  other = await newScim()
  const user = await other.user({
    externalId: 'shared-1',
    emails: [{ value: 's@nowhere.example' }],
  })
  theirs = { user, group: await other.group([user.id]) }
})

describe("another organization's ids", () => {
  const paths = () => [`/Users/${theirs.user.id}`, `/Groups/${theirs.group.id}`]

  for (const [name, send] of [
    ['a read', (path: string) => scim.get(path)],
    ['a projection', (path: string) => scim.get(`${path}?attributes=id`)],
    ['a conditional read', (path: string) => scim.get(path, { 'if-none-match': '*' })],
    ['a replacement', (path: string) => scim.put(path, { userName: 'x', displayName: 'x' })],
    [
      'a change',
      (path: string) => scim.patch(path, [{ op: 'replace', path: 'externalId', value: 'x' }]),
    ],
    ['a deletion', (path: string) => scim.remove(path)],
  ] as const) {
    test(`are 404 to ${name}`, async () => {
      for (const path of paths()) assertError(await send(path), 404)
      assert.deepEqual(await other.read(`/Users/${theirs.user.id}`), theirs.user)
      assert.deepEqual(await other.membersOf(theirs.group.id), [theirs.user.id])
    })
  }

  test('are found by no filter and in no list', async () => {
    const { user, group } = theirs
    for (const filter of [
      `id eq "${user.id}"`,
      `userName eq "${user['userName']}"`,
      'externalId eq "shared-1"',
      'emails.value eq "s@nowhere.example"',
      `groups.value eq "${group.id}"`,
    ]) {
      assertList(await scim.find('/Users', filter), 0)
    }
    for (const filter of [
      `id eq "${group.id}"`,
      `displayName eq "${group['displayName']}"`,
      `members.value eq "${user.id}"`,
    ]) {
      assertList(await scim.find('/Groups', filter), 0)
    }
    assertList(await scim.get('/Users'), 0)
    assertList(await scim.get('/Groups'), 0)
  })

  test('become members of no group', async () => {
    const value = [{ value: theirs.user.id }, { value: theirs.group.id }]
    const { id } = await scim.group()
    await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value }])
    assert.deepEqual(await scim.membersOf(id), [])
    await scim.remove(`/Groups/${id}`)
  })

  test('are 404 with the form of an id that there never was', async () => {
    const theirAnswer = await scim.get(`/Users/${theirs.user.id}`)
    const nobody = `usr_${'f'.repeat(32)}`
    const noAnswer = await scim.get(`/Users/${nobody}`)
    const told = (text: string) => text.replaceAll(theirs.user.id, '').replaceAll(nobody, '')
    assert.equal(told(theirAnswer.text), told(noAnswer.text))
  })
})

describe('a token', () => {
  test("of another directory is 404, and that directory's data is not told", async () => {
    const headers = { authorization: `Bearer ${scim.token}` }
    for (const path of ['/Users', `/Users/${theirs.user.id}`, '/Schemas', '/Nothing']) {
      assertError(await readAnswer(await fetch(`${other.base}${path}`, { headers })), 404)
    }
  })

  test('of a directory that there is not is 404', async () => {
    const headers = { authorization: `Bearer ${scim.token}` }
    const root = scim.base.slice(0, scim.base.lastIndexOf('/'))
    for (const directory of [`dir_${'0'.repeat(40)}`, 'x', 'dir_']) {
      const answer = await readAnswer(await fetch(`${root}/${directory}/Users`, { headers }))
      assertError(answer, 404)
    }
  })
})

describe('tokens of a directory', () => {
  const withToken = (token: string) => scim.get('/Users', { authorization: `Bearer ${token}` })

  test('are two at once, and both are good', async () => {
    const { token } = await newScimToken(scim.directory)
    assertList(await withToken(token))
    assertList(await scim.get('/Users'))
  })

  test('are 401 once they have ended', async () => {
    const now = toSeconds(epochMilliseconds())
    const ended = await newScimToken(scim.directory, { expiresAt: now - 1 })
    assertError(await withToken(ended.token), 401)
    const ends = await newScimToken(scim.directory, { expiresAt: now + 3600 })
    assertList(await withToken(ends.token))
  })
})

describe('names', () => {
  test('are unique in each directory for itself', async () => {
    const { userName } = theirs.user
    const mine = await scim.user({ userName, externalId: 'shared-1' })
    assert.notEqual(mine.id, theirs.user.id)
    await scim.group([], { displayName: theirs.group['displayName'] })
    await scim.remove(`/Users/${mine.id}`)
    assert.deepEqual(await other.read(`/Users/${theirs.user.id}`), theirs.user)
  })
})
