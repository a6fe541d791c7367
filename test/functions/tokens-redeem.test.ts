import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { landingOf, postResponse } from '#test/flows/hops.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/tokens-redeem/handler.ts')

describe('tokens-redeem', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  before(async () => {
    await environmentOf('tokens-redeem')
    handler = (await importHandler()).handler
    tenant = await newTenant()
  })
  const event = eventOf('tokens-redeem')

  test('refuses a credential that nobody has', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.body, '{"error":"invalid_client"}')
    assert.equal(answer.headers['www-authenticate'], 'Bearer realm="latchkey"')
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"redeem_refused".*"credential_unknown"/)
  })

  test('answers who signed in, for a token that is fresh', async (t) => {
    const form = await postResponse(tenant, tenant.respond({ displayName: 'Ada L.' }))
    const { token } = landingOf(form)
    const authorization = `bearer  ${tenant.credentials['meetings']}`
    const fresh = {
      ...event,
      headers: { ...event.headers, authorization },
      body: JSON.stringify({ token }),
    }
    const { answer, lines } = await invoke(t, handler, fresh)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const { id_token, user, sid, logout_url, ...rest } = JSON.parse(answer.body) as Record<
      string,
      unknown
    >
    assert.match(String(sid), /^[\w-]{43}$/)
    assert.match(String(logout_url), /\/saml\/logout\?session=[\w-]{43}\.[\w-]{43}$/)
    assert.match(String(id_token), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    const { id, ...profile } = user as Record<string, unknown>
    assert.match(String(id), /^usr_/)
    assert.deepEqual(profile, {
      email: `ada@${tenant.domain}`,
      given_name: 'Ada',
      family_name: 'Lovelace',
      name: 'Ada L.',
    })
    assert.deepEqual(rest, {
      token_type: 'urn:ietf:params:oauth:token-type:jwt',
      expires_in: 300,
      organization: { id: tenant.orgId, name: 'Test' },
      product: 'meetings',
      products: [],
    })
    assert.equal(lines.length, 1)
    assert.ok(!lines[0]?.includes(token) && !lines[0]?.includes(tenant.domain))
  })

  const unusable = [
    ['a token of 513 characters', JSON.stringify({ token: 'a'.repeat(513) })],
    ['an empty token', '{"token":""}'],
    ['a token that is a number', '{"token":1}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
  ] as const
  for (const [name, body] of unusable) {
    test(`answers invalid_request to ${name}, without a look at the credential`, async (t) => {
      const { answer, lines } = await invoke(t, handler, { ...event, body })
      assert.equal(answer.statusCode, 400)
      assert.equal((JSON.parse(answer.body) as { error: string }).error, 'invalid_request')
      assert.deepEqual(lines, [])
    })
  }

  test('does not take a host that is named twice for one that is not named', async (t) => {
    const asForm = (body: string) => {
      const headers = { ...event.headers, 'content-type': 'application/x-www-form-urlencoded' }
      return invoke(t, handler, { ...event, headers, body })
    }
    assert.equal((await asForm('token=a&host=a.example')).answer.statusCode, 401)
    assert.equal((await asForm('token=a&host=a.example&host=b.example')).answer.statusCode, 400)
  })

  test('judges a token of 512 characters', async (t) => {
    const body = JSON.stringify({ token: 'a'.repeat(512) })
    const { answer } = await invoke(t, handler, { ...event, body })
    assert.equal(answer.statusCode, 401)
  })
})
