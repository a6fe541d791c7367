import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newAdmin } from '#test/flows/admin-client.ts'
import { newObjects } from './objects.ts'
import { callRoute, everythingOf, namedIn } from './own-calls.ts'
import { adminRoutes } from './routes.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

/** A product and a task are of the same name for everybody. */
const isId = (name: string) => name !== 'product' && name !== 'task'

/** Routes whose path names something of an organization. */
const routes = adminRoutes.filter((route) => namedIn(route).length > 0)

describe("an admin of another organization, with this organization's ids", () => {
  let ours: Admin
  let theirs: Admin
  let ids: Readonly<Record<string, string>>
  let theirIds: Readonly<Record<string, string>>
  let seenBefore: Awaited<ReturnType<typeof everythingOf>>
  before(async () => {
    ours = await newAdmin()
    theirs = await newAdmin()
    ids = await newObjects(ours)
    theirIds = await newObjects(theirs)
    seenBefore = await everythingOf(ours, ids)
  })

  test('would find them, were they its own', () => {
    const lost = seenBefore.filter(([, status]) => status !== 200)
    assert.deepEqual(lost, [])
  })

  for (const route of routes) {
    for (const name of namedIn(route).filter(isId)) {
      test(`gets 404 from ${route.key} where only the ${name} is not its own`, async () => {
        const mixed = { organization: theirs.orgId, ...theirIds, [name]: ids[name] ?? '' }
        const answer = await callRoute(theirs, route, mixed)
        assert.equal(answer.status, 404, answer.text)
      })
    }

    test(`gets 404 from ${route.key}, as if they had never been`, async () => {
      const inTheirs = { organization: theirs.orgId, ...ids }
      const answer = await callRoute(theirs, route, inTheirs)
      assert.equal(answer.status, 404, answer.text)
      const never = await callRoute(theirs, route, { organization: theirs.orgId })
      assert.equal(answer.text, never.text)
      const inOurs = await callRoute(theirs, route, { organization: ours.orgId, ...ids })
      assert.equal(inOurs.status, 404)
      const nowhere = `org_${'d'.repeat(32)}`
      assert.equal(
        inOurs.text,
        (await callRoute(theirs, route, { ...ids, organization: nowhere })).text,
      )
    })
  }

  test('has changed nothing', async () => {
    assert.deepEqual(await everythingOf(ours, ids), seenBefore)
  })
})
