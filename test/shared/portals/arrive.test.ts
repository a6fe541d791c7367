import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { arrive, type Hop } from '#shared/portals/arrive.ts'
import type { Arrival, ArrivalStore, Parties } from '#shared/portals/ports.ts'
import type { PortalLogin } from '#shared/portals/types.ts'
import { readLoginToken } from '#shared/tokens/login-token.ts'
import {
  arrivedLogin,
  browserToken,
  forgedToken,
  login,
  nowMs,
  organization,
  parties,
  portalToken,
  product,
  ssoToken,
  user,
} from './example.ts'

type Stored = {
  login?: Partial<PortalLogin> | undefined
  parties?: Partial<Parties>
  product?: undefined
  isOurs?: boolean
}

const hop: Hop = {
  token: portalToken,
  email: 'ADA@customer.example',
  userName: undefined,
  target: undefined,
  nowMs,
}

async function come(stored: Stored = {}, changes: Partial<Hop> = {}) {
  const finds: string[] = []
  const arrivals: Arrival[] = []
  const has = (name: keyof Stored) => !(name in stored) || stored[name] !== undefined
  const store: ArrivalStore = {
    find(handle) {
      finds.push(handle)
      return Promise.resolve({
        ...parties,
        ...stored.parties,
        login: has('login') ? { ...login, ...stored.login } : undefined,
        catalogue: new Map(has('product') ? [['billing', product]] : []),
      })
    },
    arrive(arrival) {
      arrivals.push(arrival)
      return Promise.resolve(stored.isOurs ?? true)
    },
  }
  return { result: await arrive(store, { ...hop, ...changes }), finds, arrivals }
}

describe('arrive', () => {
  test('sends the browser on with a secret of its own', async () => {
    const { result, finds, arrivals } = await come()
    assert.ok(result.ok)
    const location = new URL(result.value.location)
    assert.equal(location.origin + location.pathname, 'https://billing.example/landing')
    const fresh = readLoginToken(location.searchParams.get('token') ?? '')
    assert.equal(fresh?.handle, login.handle)
    assert.notEqual(fresh?.secretHash, login.secretHash)
    const [arrival] = arrivals
    assert.equal(arrival?.secretHash, fresh?.secretHash)
    assert.deepEqual(finds, [login.handle])
    assert.equal(arrivals.length, 1)
  })

  const targets = [
    ['invoices.html', undefined, '/invoices.html'],
    ['/orders/7?a=b', undefined, '/orders/7?a=b'],
    [undefined, '/orders', '/orders'],
    ['orders', '/orders', '/orders'],
    [undefined, undefined, null],
  ] as const
  for (const [wanted, bound, sent] of targets) {
    test(`goes to ${sent} where ${wanted} is wanted of a token for ${bound}`, async () => {
      const { result, arrivals } = await come(
        bound === undefined ? {} : { login: { target: bound } },
        { target: wanted },
      )
      assert.ok(result.ok)
      assert.equal(new URL(result.value.location).searchParams.get('target'), sent)
      assert.equal(arrivals[0]?.target, sent ?? undefined)
    })
  }

  test('goes to the host that the token is for', async () => {
    const custom = { host: 'billing.customer.example', isCustomHost: true } as const
    const { result } = await come({ login: custom })
    assert.ok(result.ok)
    assert.equal(new URL(result.value.location).host, 'billing.customer.example')
  })

  const byName = {
    ssoToken: { ...ssoToken, identifiesBy: 'userName' },
    user: { ...user, userName: 'Ada.L' },
  } as const
  test('knows people by user name where the SSO token is for those', async () => {
    const named = { email: undefined, userName: 'ada.l' }
    assert.equal((await come({ parties: byName }, named)).result.ok, true)
  })

  const suspended = { user: { ...user, state: 'suspended' } } as const
  const custom = { host: 'b.customer.example', isCustomHost: true } as const
  const refused = [
    ['no token', 'token_malformed', {}, { token: undefined }],
    ['what is no token', 'token_malformed', {}, { token: 'hello' }],
    ['a token of nobody', 'token_unknown', { login: undefined }, {}],
    ['a forged secret', 'token_unknown', {}, { token: forgedToken }],
    ['the millisecond it expires', 'token_expired', {}, { nowMs: nowMs + 19_000 }],
    ['a link that comes again', 'token_used', { login: arrivedLogin }, {}],
    [
      'a link that comes again when its time is over',
      'token_used',
      { login: arrivedLogin },
      { nowMs: nowMs + 19_000 },
    ],
    ["the browser's own token", 'token_used', { login: arrivedLogin }, { token: browserToken }],
    ['a redeemed token', 'token_used', { login: { isUsed: true } }, {}],
    ['who was slower', 'token_used', { isOurs: false }, {}],
    [
      'a removed SSO token',
      'sso_token_removed',
      { parties: { ssoToken: { ...ssoToken, removedAt: 1 } } },
      {},
    ],
    ['an SSO token that is gone', 'sso_token_unknown', { parties: { ssoToken: undefined } }, {}],
    [
      'an expired SSO token',
      'sso_token_expired',
      { parties: { ssoToken: { ...ssoToken, expiresAt: 1 } } },
      {},
    ],
    ['a closed organization', 'organization_closed', { parties: { organization: undefined } }, {}],
    ['who is gone', 'user_missing', { parties: { user: undefined } }, {}],
    ['who is suspended', 'user_suspended', { parties: suspended }, {}],
    ['who has no seat', 'no_product_access', { login: { requiresAccess: true } }, {}],
    [
      'whose sessions were ended since',
      'session_ended',
      { parties: { user: { ...user, sessionsFrom: nowMs } } },
      {},
    ],
    ["another one's address", 'person_mismatch', {}, { email: 'grace@customer.example' }],
    ['no address', 'person_mismatch', {}, { email: undefined }],
    ['an address where user names are meant', 'person_mismatch', { parties: byName }, {}],
    ['another user name', 'person_mismatch', { parties: byName }, { userName: 'grace' }],
    [
      'a user name of who has none',
      'person_mismatch',
      { parties: { ...byName, user } },
      { userName: 'ada.l' },
    ],
    ['a host that was taken away', 'host_not_listed', { login: custom }, {}],
    ['a product that is gone', 'product_missing', { product: undefined }, {}],
    [
      'another target than was asked for',
      'target_mismatch',
      { login: { target: '/orders' } },
      { target: 'invoices.html' },
    ],
    ['a target that is not allowed', 'target_not_allowed', {}, { target: 'admin' }],
    ['a target elsewhere', 'target_unsafe', {}, { target: 'https://evil.example' }],
  ] as const satisfies readonly (readonly [string, string, Stored, Partial<Hop>])[]

  for (const [name, cause, stored, changes] of refused) {
    test(`refuses ${name}, and uses nothing up`, async () => {
      const { result, arrivals } = await come(stored, changes)
      assert.ok(!result.ok)
      assert.equal(result.error.cause, cause)
      assert.equal(arrivals.length, name === 'who was slower' ? 1 : 0)
      const isCertain = !['token_malformed', 'token_unknown'].includes(cause)
      assert.equal(result.error.receiptId, isCertain ? login.receiptId : undefined)
    })
  }

  test('takes a token in its last millisecond', async () => {
    assert.equal((await come({}, { nowMs: nowMs + 18_999 })).result.ok, true)
  })

  test('reads nothing for what is no token', async () => {
    assert.deepEqual((await come({}, { token: 'x' })).finds, [])
    assert.deepEqual((await come({}, { token: 'x', target: '//evil.example' })).finds, [])
  })

  test('says of a target that leads elsewhere whose link it was, where the secret proves it', async () => {
    const known = async (token: string | undefined) => {
      const { result } = await come({}, { target: '//evil.example', token })
      if (result.ok) return assert.fail()
      const { cause, orgId, ssoTokenId } = result.error
      return { cause, orgId, ssoTokenId }
    }
    const cause = 'target_unsafe'
    const orgId = organization.id
    assert.deepEqual(await known(portalToken), { cause, orgId, ssoTokenId: ssoToken.id })
    assert.deepEqual(await known(forgedToken), { cause, orgId, ssoTokenId: undefined })
    assert.deepEqual(await known('x'), { cause, orgId: undefined, ssoTokenId: undefined })
  })

  test('files a forged token under the organization that it names, if there is one', async () => {
    const orgOf = async (given: Partial<Parties>) => {
      const { result } = await come({ login: undefined, parties: given })
      return result.ok ? assert.fail() : result.error.orgId
    }
    assert.equal(await orgOf({}), organization.id)
    assert.equal(await orgOf({ organization: undefined }), undefined)
  })
})
