import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Answer, newAdmin, read } from '#test/flows/admin-client.ts'
import { bodies, newObjects } from './objects.ts'
import { type ApiRoute, adminRoutes, pathOf } from './routes.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

const named = ({ path }: ApiRoute) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((n) => n !== 'organization')

/** A product and a task are of the same name for everybody. */
const isId = (name: string) => name !== 'product' && name !== 'task'

/** Routes whose path names something of an organization. */
const routes = adminRoutes.filter((route) => named(route).length > 0)

async function send(
  admin: Admin,
  route: ApiRoute,
  ids: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { key, method, path, operation } = route
  const url = `${admin.stack.url}${pathOf(path, ids)}`
  const body = bodies[key] ?? {}
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${admin.keys.admin}`,
      ...(operation.ifMatch === 'required' && { 'if-match': '*' }),
      ...(operation.body && { 'content-type': 'application/json' }),
    },
    ...(operation.body && { body: JSON.stringify(body) }),
  })
  return read(response)
}

/** Without what the clock alone changes. */
const still = (text: string) => text.replace(/"secondsLeft":\d+/g, '')

/** What an organization's admin sees of all that there is. */
async function everything(admin: Admin, ids: Readonly<Record<string, string>>) {
  const looks = routes.filter(({ method, path }) => method === 'GET' && !path.endsWith('/guide'))
  const own = { organization: admin.orgId, ...ids }
  const answers = await Promise.all(looks.map((route) => send(admin, route, own)))
  return answers.map(({ status, text }, index) => [looks[index]?.key, status, still(text)])
}

describe("an admin of another organization, with this organization's ids", () => {
  let ours: Admin
  let theirs: Admin
  let ids: Readonly<Record<string, string>>
  let theirIds: Readonly<Record<string, string>>
  let seenBefore: Awaited<ReturnType<typeof everything>>
  before(async () => {
    ours = await newAdmin()
    theirs = await newAdmin()
    ids = await newObjects(ours)
    theirIds = await newObjects(theirs)
    seenBefore = await everything(ours, ids)
  })

  test('would find them, were they its own', () => {
    const lost = seenBefore.filter(([, status]) => status !== 200)
    assert.deepEqual(lost, [])
  })

  for (const route of routes) {
    for (const name of named(route).filter(isId)) {
      test(`gets 404 from ${route.key} where only the ${name} is not its own`, async () => {
        const mixed = { organization: theirs.orgId, ...theirIds, [name]: ids[name] ?? '' }
        const answer = await send(theirs, route, mixed)
        assert.equal(answer.status, 404, answer.text)
      })
    }

    test(`gets 404 from ${route.key}, as if they had never been`, async () => {
      const inTheirs = { organization: theirs.orgId, ...ids }
      const answer = await send(theirs, route, inTheirs)
      assert.equal(answer.status, 404, answer.text)
      const never = await send(theirs, route, { organization: theirs.orgId })
      assert.equal(answer.text, never.text)
      const inOurs = await send(theirs, route, { organization: ours.orgId, ...ids })
      assert.equal(inOurs.status, 404)
      const nowhere = `org_${'d'.repeat(32)}`
      assert.equal(inOurs.text, (await send(theirs, route, { ...ids, organization: nowhere })).text)
    })
  }

  test('has changed nothing', async () => {
    assert.deepEqual(await everything(ours, ids), seenBefore)
  })
})
