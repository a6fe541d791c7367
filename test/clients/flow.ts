import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { newUserId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { createUser } from '#shared/users/create-user.ts'
import { findTrace, setUserState } from '#test/flows/directory.ts'
import { landingOf, redeem } from '#test/flows/hops.ts'
import { newPortal, open } from '#test/flows/portal.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { follow, type Portal } from './portal.ts'
import type { Client } from './situations.ts'

/** A sample with the service itself behind it: from the portal's link to the user at the product. */
export function holdToFlow(client: Pick<Client, 'start'>) {
  describe('a link of a portal', () => {
    let tenant: Tenant
    let portal: Portal
    let byUserName: Portal
    before(async () => {
      tenant = await newTenant()
      const settings = async (identifiesBy: 'email' | 'userName') => ({
        LATCHKEY_URL: tenant.stack.url,
        LATCHKEY_SSO_TOKEN: (await newPortal(tenant, { identifiesBy })).text,
      })
      portal = await client.start(await settings('email'))
      const named = { ...(await settings('userName')), LATCHKEY_IDENTIFY_BY: 'user_name' }
      byUserName = await client.start(named)
    })
    after(async () => {
      await portal[Symbol.asyncDispose]()
      await byUserName[Symbol.asyncDispose]()
    })

    async function newPerson(name: string, userName?: string) {
      const { orgId, domain } = tenant
      const profile = { email: `${name}@${domain}`, ...(userName && { userName }) }
      const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
      const asked = { orgId, userId: newUserId(), profile, role: 'member', act } as const
      const created = await createUser(dynamoUsers(process.env['DIRECTORY_TABLE'] ?? ''), asked)
      assert.ok(created.ok)
      return { email: profile.email, userId: created.value.user.id }
    }

    /** Where the hop sends the browser, and whom the product then gets. */
    async function arriveBy(location: string | undefined) {
      const arrived = await open(String(location))
      assert.equal(arrived.status, 303)
      const { page, token, target } = landingOf(arrived)
      const redeemed = await redeem(tenant, token)
      assert.equal(redeemed.status, 200)
      const { user } = (await redeemed.json()) as { user: { id: string } }
      return { page, target, userId: user.id }
    }

    test('takes its user to the page of the product, signed in there', async () => {
      const { email, userId } = await newPerson('ada+flow')
      const query = 'target=invoices.html%3Fyear%3D2026'
      const { status, headers } = await follow(portal, { query, user: { email } })
      assert.equal(status, 303)
      assert.deepEqual(await arriveBy(headers.location), {
        page: 'https://meetings.example/landing',
        target: '/invoices.html?year=2026',
        userId,
      })
      assert.equal((await open(String(headers.location))).status, 403)
    })

    test('takes a user known by name there, too', async () => {
      const { userId } = await newPerson('grace', 'Grace Hopper')
      const { headers } = await follow(byUserName, { user: { user_name: 'Grace Hopper' } })
      const { page, target, userId: arrived } = await arriveBy(headers.location)
      assert.deepEqual([page, target, arrived], ['https://meetings.example/landing', null, userId])
    })

    test('shows the trace id of a refusal, which tells an administrator why', async () => {
      const suspended = await newPerson('suspended')
      await setUserState(tenant.orgId, suspended.userId, 'suspended')
      const refused = [
        [`nobody@${tenant.domain}`, 'user_unknown'],
        [suspended.email, 'user_suspended'],
      ] as const
      for (const [email, cause] of refused) {
        const { status, body } = await follow(portal, { user: { email } })
        assert.equal(status, 403)
        const [, traceId = ''] = /<p>Trace: (trc_\w+)<\/p>/.exec(body) ?? []
        assert.equal((await findTrace(tenant.orgId, traceId))?.cause, cause)
      }
    })

    test('goes nowhere with an unsafe target', async () => {
      const { email } = await newPerson('edsger')
      const query = `target=${encodeURIComponent('https://evil.example/')}`
      const { status, headers } = await follow(portal, { query, user: { email } })
      assert.deepEqual([status, headers.location], [403, undefined])
    })
  })
}
