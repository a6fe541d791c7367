import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { keyIdOf } from '#shared/tokens/jwks.ts'
import { environmentOf, eventOf, invoke } from '#test/functions/invoke.ts'
import { nextJwtKey } from '#test/functions/next-jwt-key.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Handler = typeof import('#functions/jwks/handler.ts')['handler']

/** A function as another cold start has it: with the variables of now, whoever imported it before. */
async function coldStart(fn: string): Promise<Handler> {
  const url = new URL(`../../functions/${fn}/handler.ts?generation=2`, import.meta.url)
  return ((await import(url.href)) as { handler: Handler }).handler
}

const kidOf = (jwt: string) => decodeProtectedHeader(jwt).kid

describe('the rotation of the key of JWTs, once the next key is used', () => {
  let tenant: Tenant
  let former: string
  let next: string
  let redeemByNext: Handler
  let jwks: Handler
  before(async () => {
    const { stack } = await environmentOf('tokens-redeem')
    former = String(stack.environmentOf('tokens-redeem')['JWT_KEY_ARNS'])
    next = await nextJwtKey()
    process.env['JWT_KEY_ARNS'] = `${next},${former}`
    redeemByNext = await coldStart('tokens-redeem')
    jwks = await coldStart('jwks')
    process.env['JWT_KEY_ARNS'] = former
    tenant = await newTenant()
  })

  const newToken = async () => landingOf(await postResponse(tenant, tenant.respond())).token
  const verify = (jwt: string, keys: JSONWebKeySet) =>
    jwtVerify(jwt, createLocalJWKSet(keys), { algorithms: ['RS256'], audience: 'meetings' })

  test('signs with the next one, and lists both: JWTs from before verify, too', async (t) => {
    const answered = await redeem(tenant, await newToken())
    const { id_token: formerJwt } = (await answered.json()) as { id_token: string }
    assert.equal(kidOf(formerJwt), keyIdOf(former))

    const event = eventOf('tokens-redeem')
    const authorization = `Bearer ${tenant.credentials['meetings']}`
    const { answer } = await invoke(t, redeemByNext, {
      ...event,
      headers: { ...event.headers, authorization },
      body: JSON.stringify({ token: await newToken() }),
    })
    assert.equal(answer.statusCode, 200)
    const { id_token: nextJwt } = JSON.parse(answer.body) as { id_token: string }
    assert.equal(kidOf(nextJwt), keyIdOf(next))

    const published = (await invoke(t, jwks, eventOf('jwks'))).answer
    const { keys } = JSON.parse(published.body) as JSONWebKeySet
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      [keyIdOf(next), keyIdOf(former)],
    )
    await verify(formerJwt, { keys })
    await verify(nextJwt, { keys })
    const [nextKey, formerKey] = keys
    assert.ok(nextKey && formerKey)
    await assert.rejects(verify(formerJwt, { keys: [nextKey] }), {
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
    await assert.rejects(verify(nextJwt, { keys: [formerKey] }), {
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })
})
