import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newAdmin } from '#test/flows/admin-client.ts'
import { assertRefused } from './input-refusals.ts'
import { newObjects } from './objects.ts'
import { callRoute, everythingOf } from './own-calls.ts'
import { type ApiRoute, adminRoutes } from './routes.ts'

/** An organization with one of everything, of which no call of this file may change anything. */
async function untouched() {
  const admin = await newAdmin()
  const objects = await newObjects(admin)
  const ids: Readonly<Record<string, string>> = { organization: admin.orgId, ...objects }
  return { admin, ids, seenBefore: await everythingOf(admin, ids) }
}
type Untouched = Awaited<ReturnType<typeof untouched>>

describe('a change of what is another now than its caller has seen', () => {
  let world: Untouched
  before(async () => {
    world = await untouched()
  })

  for (const route of adminRoutes.filter(({ operation }) => operation.ifMatch)) {
    test(`is refused: ${route.key}`, async () => {
      const answer = await callRoute(world.admin, route, world.ids, { ifMatch: '"seen"' })
      assertRefused(answer, 412, 'changed_meanwhile')
    })
  }

  test('has changed nothing', async () => {
    assert.deepEqual(await everythingOf(world.admin, world.ids), world.seenBefore)
  })
})

describe('the key of a setup link', () => {
  let world: Untouched
  before(async () => {
    world = await untouched()
    const { admin, ids } = world
    const activated = await admin.call('POST', `/idps/${ids['idp']}/activate`)
    assert.equal(activated.status, 200, activated.text)
    world = { ...world, seenBefore: await everythingOf(admin, ids) }
  })

  const touching = ({ operation }: ApiRoute) => operation.refusals?.includes('provider_active')
  for (const route of adminRoutes.filter(touching)) {
    test(`leaves a provider alone that people sign in by: ${route.key}`, async () => {
      const { admin, ids } = world
      const answer = await callRoute(admin, route, ids, { secret: admin.keys.setup })
      assertRefused(answer, 403, 'provider_active')
    })
  }

  test('has changed nothing', async () => {
    assert.deepEqual(await everythingOf(world.admin, world.ids), world.seenBefore)
  })
})
