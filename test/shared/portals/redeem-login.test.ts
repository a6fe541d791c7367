import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newCredentialId } from '#shared/ids.ts'
import type { PortalBearer, PortalUse } from '#shared/portals/ports.ts'
import type { PortalLogin } from '#shared/portals/types.ts'
import { sha256 } from '#shared/secrets.ts'
import type { RedeemStore } from '#shared/tokens/ports.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import { type RedeemRequest, redeemToken } from '#shared/tokens/redeem-token.ts'
import {
  arrivedLogin,
  browserToken,
  forgedToken,
  login,
  nowMs,
  organization,
  parties,
  portalToken,
  ssoToken,
  user,
} from './example.ts'

const id = newCredentialId()
const { credential, secretHash } = issueCredential(id)

const request: RedeemRequest = {
  credential,
  token: browserToken,
  nonce: 'jwt_1',
  issuer: 'https://signin.vendor.example',
  nowMs,
}

type Stored = {
  login?: Partial<PortalLogin>
  bearer?: Partial<PortalBearer>
  product?: string
  isOurs?: boolean
}

async function redeem(stored: Stored = {}, changes: Partial<RedeemRequest> = {}) {
  const uses: PortalUse[] = []
  const signed: Record<string, unknown>[] = []
  const bearer = { ...parties, products: [], attributes: {}, ...stored.bearer }
  const store: RedeemStore = {
    find: () =>
      Promise.resolve({
        credential: { id, product: stored.product ?? 'billing', secretHash },
        portal: { login: { ...arrivedLogin, ...stored.login }, bearer },
      }),
    consumePortal(use) {
      uses.push(use)
      return Promise.resolve(stored.isOurs ?? true)
    },
    consume: () => assert.fail('it is no sign-in of a provider'),
    findUser: () => assert.fail('all has been read'),
  }
  const sign = (claims: Record<string, unknown>) => {
    signed.push(claims)
    return Promise.resolve('a.signed.jwt')
  }
  return { result: await redeemToken(store, sign, { ...request, ...changes }), uses, signed }
}

describe("a redeem of a portal's login token", () => {
  test('answers who the person is now, with a JWT that names the SSO token', async () => {
    const { result, signed, uses } = await redeem({ login: { target: '/orders' } })
    assert.ok(result.ok)
    const { sid, ...redeemed } = result.value
    assert.deepEqual(redeemed, {
      user,
      organization,
      product: 'billing',
      target: '/orders',
      products: [],
      attributes: {},
      jwt: 'a.signed.jwt',
    })
    assert.equal(uses.length, 1)
    const seconds = Math.floor(nowMs / 1000)
    assert.deepEqual(signed, [
      {
        iss: request.issuer,
        sub: user.id,
        aud: 'billing',
        iat: seconds,
        exp: seconds + 300,
        jti: 'jwt_1',
        org: organization.id,
        sso_token: ssoToken.id,
        sid,
        auth_time: Math.floor(login.issuedAtMs / 1000),
        email: user.email,
        given_name: 'Ada',
      },
    ])
  })

  test('takes the token that the portal itself has got, where no browser came', async () => {
    const direct = { portalSecretHash: undefined, arrivedAtMs: undefined, ...login }
    assert.equal(
      (await redeem({ login: direct as PortalLogin }, { token: portalToken })).result.ok,
      true,
    )
  })

  test('takes the host that the token is for, in any case', async () => {
    assert.equal((await redeem({}, { host: 'Billing.Example' })).result.ok, true)
  })

  test('takes a custom host that the product names', async () => {
    const custom = { host: 'billing.customer.example', isCustomHost: true } as const
    const { result } = await redeem({ login: custom }, { host: 'billing.customer.example' })
    assert.equal(result.ok, true)
  })

  test('knows nothing of a forged secret', async () => {
    const { result, uses, signed } = await redeem({}, { token: forgedToken })
    assert.deepEqual(result, { ok: false, error: 'token_unknown' })
    assert.deepEqual([uses, signed], [[], []])
  })

  const custom = { host: 'billing.customer.example', isCustomHost: true } as const
  const away = { ...organization, productHosts: [] }
  const refused = [
    ["another product's", 'token_of_another_product', { product: 'training' }, {}],
    ['one in the millisecond it expires', 'token_expired', {}, { nowMs: nowMs + 19_000 }],
    ['a used one', 'token_used', { login: { isUsed: true } }, {}],
    ['a used one later', 'token_used', { login: { isUsed: true } }, { nowMs: nowMs + 19_000 }],
    ["the portal's, once the browser has another", 'token_used', {}, { token: portalToken }],
    ['one that another call was faster with', 'token_used', { isOurs: false }, {}],
    ['one for a host that is not named', 'host_missing', { login: custom }, {}],
    ['one for another host', 'host_mismatch', { login: custom }, { host: 'billing.example' }],
    ['one for the landing page, elsewhere', 'host_mismatch', {}, { host: 'evil.example' }],
    [
      'one for a host that was taken away',
      'host_not_listed',
      { login: custom, bearer: { organization: away } },
      { host: custom.host },
    ],
    [
      'one of a removed SSO token',
      'sso_token_removed',
      { bearer: { ssoToken: { ...ssoToken, removedAt: 1 } } },
      {},
    ],
    [
      'one of a closed organization',
      'organization_closed',
      { bearer: { organization: undefined } },
      {},
    ],
    ['one of who is gone', 'user_missing', { bearer: { user: undefined } }, {}],
    [
      'one of who is suspended',
      'user_suspended',
      { bearer: { user: { ...user, state: 'suspended' } } },
      {},
    ],
    ['one of who lost the seat', 'no_product_access', { login: { requiresAccess: true } }, {}],
    [
      'one of who was signed out everywhere',
      'session_ended',
      { bearer: { user: { ...user, sessionsFrom: nowMs } } },
      {},
    ],
  ] as const satisfies readonly (readonly [string, string, Stored, Partial<RedeemRequest>])[]

  for (const [name, cause, stored, changes] of refused) {
    test(`refuses ${name}`, async () => {
      const { result, uses, signed } = await redeem(stored, changes)
      assert.ok(!result.ok && typeof result.error === 'object')
      assert.equal(result.error.cause, cause)
      assert.equal(result.error.receiptId, login.receiptId)
      const attempts = 'isOurs' in stored ? 1 : 0
      assert.deepEqual([uses.length, signed.length], [attempts, attempts])
    })
  }

  test('is not refused for an end of all sessions before it was issued', async () => {
    const at = (sessionsFrom: number) =>
      redeem({ bearer: { user: { ...user, sessionsFrom } } }).then(({ result }) => result.ok)
    assert.equal(await at(login.issuedAtMs), true)
    assert.equal(await at(login.issuedAtMs + 1), false)
  })

  test('names a session that nobody finds the token by', async () => {
    const { result } = await redeem()
    assert.ok(result.ok)
    assert.equal(result.value.sid, sha256(login.handle))
  })

  test('says nothing of a host to admins where that is not what was wrong', async () => {
    const { result } = await redeem({ login: { isUsed: true } }, { host: 'evil.example' })
    assert.ok(!result.ok && typeof result.error === 'object')
    assert.deepEqual([result.error.got, result.error.want], [undefined, undefined])
  })

  test('says to admins which host it was, and which it should be', async () => {
    const { result } = await redeem({}, { host: 'evil.example' })
    assert.ok(!result.ok && typeof result.error === 'object')
    assert.equal(result.error.got, 'evil.example')
    assert.equal(result.error.want, 'billing.example')
  })

  test('takes a token in its last millisecond', async () => {
    assert.equal((await redeem({}, { nowMs: nowMs + 18_999 })).result.ok, true)
  })
})
