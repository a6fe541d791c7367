import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newCredentialId } from '#shared/ids.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import { strike } from '#test/stores/strike.ts'
import { setRedeemableUntil, setUserState } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

describe('POST /tokens/redeem', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  const newToken = async (email?: string) =>
    landingOf(await postResponse(tenant, tenant.respond(email ? { email } : {}))).token
  const errorOf = async (response: Response) => [response.status, await response.text()]
  const invalidGrant = [400, '{"error":"invalid_grant"}']
  const invalidClient = [401, '{"error":"invalid_client"}']

  test('takes a token once', async () => {
    const token = await newToken()
    assert.equal((await redeem(tenant, token)).status, 200)
    assert.deepEqual(await errorOf(await redeem(tenant, token)), invalidGrant)
  })

  test('takes a form as well as JSON', async () => {
    const response = await fetch(`${tenant.running.stack.url}/tokens/redeem`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.credentials['meetings']}` },
      body: new URLSearchParams({ token: await newToken() }),
    })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
  })

  test('lets one of fifty parallel redeems win', async () => {
    const token = await newToken()
    const all = await Promise.all(Array.from({ length: 50 }, () => redeem(tenant, token)))
    assert.equal(all.filter(({ status }) => status === 200).length, 1)
    const lost = all.filter(({ status }) => status !== 200)
    for (const response of lost) assert.deepEqual(await errorOf(response), invalidGrant)
  })

  test('refuses an expired token', async () => {
    const token = await newToken()
    await setRedeemableUntil(token, Date.now())
    assert.deepEqual(await errorOf(await redeem(tenant, token)), invalidGrant)
  })

  test("refuses another product's token, and leaves it to the right one", async () => {
    const token = await newToken()
    assert.deepEqual(await errorOf(await redeem(tenant, token, 'training')), invalidGrant)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  const unknown = [
    ['an unknown token', `${'A'.repeat(43)}.${'B'.repeat(43)}`],
    ['something that is no token', 'hello'],
    ['a token with markup', '<script>'],
  ] as const
  for (const [name, token] of unknown) {
    test(`refuses ${name}`, async () => {
      assert.deepEqual(await errorOf(await redeem(tenant, token)), invalidGrant)
    })
  }

  test('refuses the right record with the wrong secret', async () => {
    const token = await newToken()
    const [handle] = token.split('.')
    const forged = `${handle}.${'B'.repeat(43)}`
    assert.deepEqual(await errorOf(await redeem(tenant, forged)), invalidGrant)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  test('refuses the token of a user who was suspended meanwhile', async () => {
    const email = `gone@${tenant.domain}`
    const first = await (await redeem(tenant, await newToken(email))).json()
    const { user } = first as { user: { id: string } }
    const token = await newToken(email)
    await setUserState(tenant.orgId, user.id, 'suspended')
    assert.deepEqual(await errorOf(await redeem(tenant, token)), invalidGrant)
  })

  const strangers = [
    ['no credential', undefined],
    ['something that is no credential', 'Bearer hello'],
    ['Basic authentication', 'Basic aGVsbG86d29ybGQ='],
    ['an unknown credential', `Bearer ${issueCredential(newCredentialId()).credential}`],
  ] as const
  for (const [name, authorization] of strangers) {
    test(`refuses ${name} and uses nothing up`, async () => {
      const token = await newToken()
      const response = await fetch(`${tenant.running.stack.url}/tokens/redeem`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization }),
        },
        body: JSON.stringify({ token }),
      })
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
      assert.deepEqual(await errorOf(response), invalidClient)
      assert.equal((await redeem(tenant, token)).status, 200)
    })
  }

  test('refuses a credential with the wrong secret', async () => {
    const token = await newToken()
    const credential = `${tenant.credentials['meetings']?.slice(0, -43)}${'A'.repeat(43)}`
    const stranger = { ...tenant, credentials: { meetings: credential } }
    assert.deepEqual(await errorOf(await redeem(stranger, token)), invalidClient)
    assert.equal((await redeem(tenant, token)).status, 200)
  })

  const bodies = [
    ['broken JSON', 'application/json', '{"token":'],
    ['no token', 'application/json', '{}'],
    ['a token that is no text', 'application/json', '{"token":["a"]}'],
    ['two tokens', 'application/x-www-form-urlencoded', 'token=a&token=b'],
    ['another media type', 'text/plain', 'token=a'],
    ['a very long token', 'application/json', JSON.stringify({ token: 'a'.repeat(513) })],
  ] as const
  for (const [name, contentType, body] of bodies) {
    test(`answers invalid_request to ${name}`, async () => {
      const response = await fetch(`${tenant.running.stack.url}/tokens/redeem`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${tenant.credentials['meetings']}`,
          'content-type': contentType,
        },
        body,
      })
      assert.equal(response.status, 400)
      assert.equal(((await response.json()) as { error: string }).error, 'invalid_request')
    })
  }

  test('survives an answer of DynamoDB that got lost after the token was used', async () => {
    const token = await newToken()
    const plan = { fn: 'tokens-redeem', fault: 'fail-after', times: 1 } as const
    using struck = strike(tenant.running.stack, 'UpdateItem', plan)
    assert.equal((await redeem(tenant, token)).status, 200)
    assert.ok(struck.bodies.length > 1, 'it is tried again')
    assert.deepEqual(await errorOf(await redeem(tenant, token)), invalidGrant)
  })
})
