import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { newAdmin } from './admin-client.ts'
import { runGuide, skip } from './guide.ts'
import { landingOf, redeem } from './hops.ts'
import { newTenant } from './tenant.ts'

test('docs/sso-tokens.md leads from a new SSO token to a link that works', { skip }, async () => {
  const tenant = await newTenant() // whose products they are
  const { stack } = tenant
  const admin = await newAdmin()
  const email = `ada@${admin.domain}`
  const variables = {
    LATCHKEY_URL: stack.url,
    ORG: admin.orgId,
    KEY: admin.keys.admin,
    EMAIL: email,
    PORT: String(await freePort()),
  }
  let redeemed: Response | undefined
  const [made, person, url, opened, portal] = await runGuide(
    'sso-tokens.md',
    variables,
    async (output, block) => {
      if (block !== 4) return
      const location = output.trim().split(' ')[1] ?? ''
      const { token } = landingOf(new Response(null, { status: 303, headers: { location } }))
      redeemed = await redeem(tenant, token)
    },
  )
  assert.equal(made, 'meetings\n')
  assert.equal(person, 'active\n')
  assert.match(url ?? '', /^http:\S+\/sso\?token=\S+&target=%2Finvoices\.html\n$/)
  assert.match(
    opened ?? '',
    /^303 https:\/\/meetings\.example\/landing\?token=\S+&target=%2Finvoices\.html\n$/,
  )
  assert.match(portal ?? '', /^http:\S+\n?303 http:\S+\/sso\?token=\S+&target=%2Finvoices\.html\n$/)
  assert.ok(redeemed?.ok)
  const { user, target } = (await redeemed.json()) as { user: { email: string }; target: string }
  assert.deepEqual([user.email, target], [email, '/invoices.html'])
})

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
