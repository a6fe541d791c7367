import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newApiKey, read } from './admin-client.ts'
import { issue, issued, newPerson, newPortal, open, refusedBy } from './portal.ts'
import { newTenant } from './tenant.ts'

test('an admin reads what a portal asked for, what came of it, and how to mend it', async () => {
  const tenant = await newTenant()
  const key = await newApiKey(tenant.orgId, 'reader')
  const [portal, other] = [await newPortal(tenant), await newPortal(tenant)]
  const { email } = await newPerson(tenant)
  const get = async (path: string) =>
    read(
      await fetch(`${tenant.stack.url}/orgs/${tenant.orgId}${path}`, {
        headers: { authorization: `Bearer ${key}` },
      }),
    )
  const { url } = await issued(tenant, portal.text, { email })
  assert.equal((await open(url)).status, 303)
  const stranger = `nobody@${tenant.domain}`
  const { traceId } = await refusedBy(await issue(tenant, portal.text, { email: stranger }))
  await issue(tenant, other.text, { email: stranger })

  const { body } = await get(`/traces?ssoToken=${portal.ssoToken.id}`)
  const traces = body['traces'] as Record<string, unknown>[]
  const [refused, arrived] = traces
  assert.equal(traces.length, 2)
  assert.deepEqual([arrived?.['kind'], arrived?.['outcome']], ['portal-arrival', 'succeeded'])
  assert.deepEqual([refused?.['id'], refused?.['cause']], [traceId, 'user_unknown'])
  assert.equal(refused?.['ssoToken'], portal.ssoToken.id)

  const { body: shown } = await get(`/traces/${traceId}`)
  assert.match(String(shown['hint']), /Nobody here has that address/)
  assert.deepEqual(shown['stages'], [
    { stage: 'message', outcome: 'passed' },
    { stage: 'portal', outcome: 'passed' },
    { stage: 'landing', outcome: 'passed' },
    { stage: 'person', outcome: 'failed' },
  ])
  const everything = JSON.stringify([body, shown])
  for (const personal of [stranger, email, tenant.domain]) assert.ok(!everything.includes(personal))

  assert.equal((await get('/traces?ssoToken=sso_1')).status, 422)
})
