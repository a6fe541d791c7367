import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { newName, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/**
 * Proves attributes and excludedAttributes, RFC 7644 §3.4.2.5 and §3.9, in every answer that has a
 * resource: each row is a query and the names that are left of one user.
 */
let scim: Scim
let user: string
before(async () => {
  scim = await newScim()
  const { id } = await scim.user({
    title: 'Dr',
    name: { givenName: 'A', familyName: 'B' },
    emails: [{ value: 'a@nowhere.example', type: 'work', primary: true }],
    [urn.enterprise]: { department: 'IT', manager: { value: 'm', displayName: 'M' } },
  })
  user = id
  await scim.group([id])
})

/** All names of an object, sub-attributes as `parent.sub`, but for id and schemas. */
const namesIn = (value: object, before = ''): string[] =>
  Object.entries(value)
    .flatMap(([name, one]) => {
      const path = `${before}${name}`
      const inner: unknown = Array.isArray(one) ? one[0] : one
      if (typeof inner !== 'object' || inner === null) return [path]
      return namesIn(inner, `${path}${name === urn.enterprise ? ':' : '.'}`)
    })
    .filter((name) => name !== 'id' && !name.startsWith('schemas') && !name.startsWith('meta'))
    .toSorted()

const dept = `${urn.enterprise}:department`
const boss = `${urn.enterprise}:manager`
const rows: readonly (readonly [query: string, names: readonly string[]])[] = [
  ['attributes=userName', ['userName']],
  ['attributes=userName,title', ['title', 'userName']],
  ['attributes=userName, title', ['title', 'userName']],
  ['attributes=USERNAME', ['userName']],
  ['attributes=name', ['name.familyName', 'name.givenName']],
  ['attributes=name.familyName', ['name.familyName']],
  ['attributes=name.familyName,name.givenName', ['name.familyName', 'name.givenName']],
  ['attributes=emails', ['emails.primary', 'emails.type', 'emails.value']],
  ['attributes=emails.value', ['emails.value']],
  ['attributes=emails.value,emails.type', ['emails.type', 'emails.value']],
  [`attributes=${urn.user}:userName`, ['userName']],
  [`attributes=${urn.user}:name.familyName`, ['name.familyName']],
  [`attributes=${dept}`, [dept]],
  [`attributes=${boss}.value`, [`${boss}.value`]],
  [`attributes=${urn.enterprise}`, [dept, `${boss}.displayName`, `${boss}.value`]],
  ['attributes=nickName', []],
  ['attributes=id', []],
  ['attributes=groups', ['groups.$ref', 'groups.display', 'groups.type', 'groups.value']],
  ['attributes=groups.value', ['groups.value']],
  [
    'excludedAttributes=name,emails',
    [dept, `${boss}.displayName`, `${boss}.value`, 'title', 'userName'],
  ],
  [`excludedAttributes=${urn.enterprise},name,emails`, ['title', 'userName']],
  [
    `excludedAttributes=name.givenName,emails.type,emails.primary,${dept},${boss}.displayName`,
    ['emails.value', 'name.familyName', 'title', 'userName', `${boss}.value`],
  ],
  [
    'excludedAttributes=NAME,EMAILS,TITLE',
    [dept, `${boss}.displayName`, `${boss}.value`, 'userName'],
  ],
]

describe('a projection', () => {
  for (const [query, names] of rows) {
    test(query.replaceAll(urn.enterprise, '…').replaceAll(urn.user, '…'), async () => {
      const encoded = query.replaceAll(' ', '%20')
      const one = await scim.read(`/Users/${user}?${encoded}`)
      assert.deepEqual(namesIn(one), names.toSorted())
      assertMatches(one, { id: user, schemas: '~object' })
      const [listed] = resourcesOf(await scim.get(`/Users?${encoded}`))
      assert.ok(listed)
      assert.deepEqual(listed, one, 'in a list as alone')
    })
  }

  test('of meta answers meta', async () => {
    const meta = { resourceType: 'User', location: '~/./', version: '~/./' }
    assertMatches(await scim.read(`/Users/${user}?attributes=meta`), { meta, userName: '~absent' })
    const version = await scim.read(`/Users/${user}?attributes=meta.version`)
    assertMatches(version['meta'], { version: '~/./', location: '~absent' })
    assertMatches(await scim.read(`/Users/${user}?excludedAttributes=meta`), { meta: '~absent' })
  })

  for (const query of [
    'attributes=shoeSize',
    'excludedAttributes=shoeSize',
    'attributes=__proto__',
  ]) {
    test(`passes over what there is not: ${query}`, async () => {
      const { status, body, text } = await scim.get(`/Users/${user}?${query}`)
      assert.equal(status, 200, text)
      assertMatches(body, { id: user })
    })
  }

  test('of both ways has what is asked for', async () => {
    const query = 'attributes=title,name&excludedAttributes=name.givenName,title,id'
    const { status, body } = await scim.get(`/Users/${user}?${query}`)
    assert.equal(status, 200)
    assert.deepEqual(namesIn(body), ['name.familyName', 'name.givenName', 'title'])
  })

  test('goes with a creation, a replacement and a change', async () => {
    const userName = newName()
    const left = { id: '~/./', title: 'Dr', userName: '~absent' }
    const created = await scim.post('/Users?attributes=title', { userName, title: 'Dr' })
    assertMatches(created.body, left)
    const path = `/Users/${created.body['id']}?excludedAttributes=userName`
    assertMatches((await scim.put(path, { userName, title: 'Dr' })).body, left)
    const changed = await scim.patch(path, [{ op: 'add', path: 'nickName', value: 'N' }])
    assertMatches(changed.body, { ...left, nickName: 'N' })
  })

  test('of a group without members has none, with members has them', async () => {
    const group = await scim.group([user])
    const without = await scim.read(`/Groups/${group.id}?excludedAttributes=members`)
    assertMatches(without, { displayName: group['displayName'], members: '~absent' })
    const only = await scim.read(`/Groups/${group.id}?attributes=members`)
    assertMatches(only, { members: [{ value: user }], displayName: '~absent' })
    const values = await scim.read(`/Groups/${group.id}?attributes=members.value`)
    assertMatches(values, { members: [{ value: user, $ref: '~absent', type: '~absent' }] })
  })
})
