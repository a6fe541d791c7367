import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProductHost } from '#shared/orgs/types.ts'
import { type IssueRequest, issueLogin } from '#shared/portals/issue-login.ts'
import type { IssueStore, Named } from '#shared/portals/ports.ts'
import { readSsoToken } from '#shared/portals/sso-token-text.ts'
import type { PortalLogin, SsoToken } from '#shared/portals/types.ts'
import { ORGANIZATION_CENTER } from '#shared/products/organization-center.ts'
import type { Product } from '#shared/products/types.ts'
import { sha256 } from '#shared/secrets.ts'
import { readLoginToken } from '#shared/tokens/login-token.ts'
import type { User } from '#shared/users/types.ts'
import { nowMs, organization, product, ssoToken, ssoTokenText, user } from './example.ts'

type Stored = {
  ssoToken?: Partial<SsoToken> | undefined
  organization?: undefined | { productHosts: readonly ProductHost[] }
  product?: Partial<Product> | undefined
  userId?: undefined
  user?: Partial<User> | undefined
  seats?: readonly { product: string; account: 'acc_1' }[]
  /** Calls that were counted before this one. */
  calls?: number
}

const email: Named = { by: 'email', value: 'ada@customer.example' }
const request: IssueRequest = {
  presented: readSsoToken(ssoTokenText),
  named: email,
  target: undefined,
  nowMs,
}

async function issue(stored: Stored = {}, changes: Partial<IssueRequest> = {}) {
  const order: string[] = []
  const saved: PortalLogin[] = []
  const windows: string[] = []
  const has = (name: keyof Stored) => !(name in stored) || stored[name] !== undefined
  const done = <T>(name: string, value: T) => {
    order.push(name)
    return Promise.resolve(value)
  }
  const issues: IssueStore = {
    find: () =>
      done('find', {
        ssoToken: has('ssoToken') ? { ...ssoToken, ...stored.ssoToken } : undefined,
        organization: has('organization') ? { ...organization, ...stored.organization } : undefined,
        userId: has('userId') ? user.id : undefined,
        catalogue: new Map(has('product') ? [['billing', { ...product, ...stored.product }]] : []),
      }),
    findPerson: () =>
      done('findPerson', {
        user: has('user') ? { ...user, ...stored.user } : undefined,
        seats: stored.seats ?? [],
      }),
    save(login) {
      saved.push(login)
      return done('save', undefined)
    },
    markUsed: () => done('markUsed', undefined),
  }
  const calls = {
    count(window: string) {
      windows.push(window)
      return done('count', (stored.calls ?? 0) + 1)
    },
  }
  const result = await issueLogin({ issues, calls }, { ...request, ...changes })
  return { result, order, saved, windows }
}

describe('issueLogin', () => {
  test('issues a token for the person, for twenty seconds and for one product and host', async () => {
    const { result, saved } = await issue({}, { target: '/invoices.html' })
    assert.ok(result.ok)
    const { token, login, count } = result.value
    const read = readLoginToken(token)
    assert.equal(read?.handle, login.handle)
    assert.equal(read?.secretHash, login.secretHash)
    assert.equal(count, 1)
    const { handle: _, secretHash: __, receiptId, ...rest } = login
    assert.match(receiptId, /^rcp_[0-9a-f]{32}$/)
    assert.deepEqual(rest, {
      issuedAtMs: nowMs,
      redeemableUntilMs: nowMs + 20_000,
      isUsed: false,
      product: 'billing',
      host: 'billing.example',
      target: '/invoices.html',
      orgId: organization.id,
      userId: user.id,
      ssoTokenId: ssoToken.id,
    })
    assert.deepEqual(saved, [login])
  })

  test('reads once, and then waits once, for all that is left to do', async () => {
    const { order } = await issue()
    assert.deepEqual(order, ['find', 'count', 'findPerson', 'count', 'save', 'markUsed'])
  })

  test('notes a use once a minute', async () => {
    const seconds = Math.floor(nowMs / 1000)
    const used = async (lastUsedAt: number) =>
      (await issue({ ssoToken: { lastUsedAt } })).order.includes('markUsed')
    assert.equal(await used(seconds - 59), false)
    assert.equal(await used(seconds - 60), true)
  })

  test('names the host of the SSO token, where it has one', async () => {
    const { result } = await issue({ ssoToken: { host: 'billing.customer.example' } })
    assert.ok(result.ok)
    assert.equal(result.value.login.host, 'billing.customer.example')
    assert.equal(result.value.login.isCustomHost, true)
  })

  test('remembers that the product asks for a seat', async () => {
    const seats = [{ product: 'billing', account: 'acc_1' }] as const
    const { result } = await issue({ product: { access: 'assigned' }, seats })
    assert.ok(result.ok)
    assert.equal(result.value.login.requiresAccess, true)
  })

  const userName: Named = { by: 'userName', value: 'ada' }
  const expired = { expiresAt: Math.floor(nowMs / 1000) }
  const wrong = { id: ssoToken.id, secretHash: sha256('wrong') }
  const refused = [
    ['what is no SSO token', 'sso_token_malformed', {}, { presented: undefined }],
    ['an SSO token that nobody has', 'sso_token_unknown', { ssoToken: undefined }, {}],
    ['a wrong secret', 'sso_token_wrong', {}, { presented: wrong }],
    [
      'a removed one, whose hash is gone',
      'sso_token_removed',
      { ssoToken: { removedAt: 1, secretHash: '' } },
      {},
    ],
    ['a removed one', 'sso_token_removed', { ssoToken: { removedAt: 1 } }, {}],
    ['one in the second it expires', 'sso_token_expired', { ssoToken: expired }, {}],
    ['an organization that is closed', 'organization_closed', { organization: undefined }, {}],
    ['a user name where addresses are meant', 'identifier_not_enabled', {}, { named: userName }],
    [
      'an address where user names are meant',
      'identifier_not_enabled',
      { ssoToken: { identifiesBy: 'userName' } },
      {},
    ],
    ['a product that is gone', 'product_missing', { product: undefined }, {}],
    ['the Organization Center', 'product_missing', { product: { key: ORGANIZATION_CENTER } }, {}],
    [
      'a host that was taken away',
      'host_not_listed',
      { ssoToken: { host: 'b.customer.example' } },
      {},
    ],
    [
      'a host of another product',
      'host_not_listed',
      {
        ssoToken: { host: 'billing.customer.example' },
        organization: {
          productHosts: [{ product: 'training', host: 'billing.customer.example' }],
        },
      },
      {},
    ],
    ['a target that is not allowed', 'target_not_allowed', {}, { target: '/admin' }],
    ['an address that nobody has', 'user_unknown', { userId: undefined }, {}],
    ['somebody who is gone', 'user_missing', { user: undefined }, {}],
    ['somebody who was deleted', 'user_missing', { user: { state: 'deleted' } }, {}],
    ['somebody who is only invited', 'user_invited', { user: { state: 'invited' } }, {}],
    ['somebody who is suspended', 'user_suspended', { user: { state: 'suspended' } }, {}],
    ['somebody without a seat', 'no_product_access', { product: { access: 'assigned' } }, {}],
    [
      'somebody with a seat of another product',
      'no_product_access',
      { product: { access: 'assigned' }, seats: [{ product: 'training', account: 'acc_1' }] },
      {},
    ],
  ] as const satisfies readonly (readonly [string, string, Stored, Partial<IssueRequest>])[]

  for (const [name, cause, stored, changes] of refused) {
    test(`refuses ${name}, and says only to admins why`, async () => {
      const { result, saved } = await issue(stored, changes)
      assert.ok(!result.ok && 'cause' in result.error)
      assert.equal(result.error.cause, cause)
      const isPerson = ['user_missing', 'user_invited', 'user_suspended', 'no_product_access']
      assert.equal(saved.length, isPerson.includes(cause) ? 1 : 0)
    })
  }

  const uncertain = ['sso_token_malformed', 'sso_token_unknown', 'sso_token_wrong']
  for (const [name, cause, stored, changes] of refused) {
    const isCertain = !uncertain.includes(cause) && name !== 'a removed one, whose hash is gone'
    test(`${isCertain ? 'names' : 'does not name'} the SSO token where it refuses ${name}`, async () => {
      const { result } = await issue(stored, changes)
      assert.ok(!result.ok && 'cause' in result.error)
      assert.equal(result.error.ssoTokenId === ssoToken.id, isCertain)
      const isWellFormed = cause !== 'sso_token_malformed'
      assert.equal(result.error.unprovedId === ssoToken.id, isWellFormed && !isCertain)
      assert.equal(result.error.receiptId !== undefined, isWellFormed)
    })
  }

  test('files what nobody has proved under the organization only if there is one', async () => {
    const orgOf = async (stored: Stored) => {
      const { result } = await issue({ ssoToken: undefined, ...stored })
      return result.ok || !('cause' in result.error) ? assert.fail() : result.error.orgId
    }
    assert.equal(await orgOf({}), organization.id)
    assert.equal(await orgOf({ organization: undefined }), undefined)
  })

  test('counts the calls of each SSO token, and of each person by it', async () => {
    const { windows } = await issue()
    const [ofToken = '', ofPerson = ''] = windows
    assert.match(ofToken, new RegExp(`^${ssoToken.id}#${ssoToken.secretHash}#\\d+$`))
    const seconds = Math.floor(nowMs / 1000)
    assert.equal(ofPerson, `${ssoToken.id}#${user.id}#${seconds - (seconds % 300)}`)
  })

  test('lets 1,200 through in a minute, and no more', async () => {
    assert.equal((await issue({ calls: 1199 })).result.ok, true)
    const { result } = await issue({ calls: 1200 })
    assert.deepEqual(result, { ok: false, error: { wait: 60 - (Math.floor(nowMs / 1000) % 60) } })
  })

  test('counts what comes with another secret apart from the portal', async () => {
    const { windows } = await issue({}, { presented: wrong })
    assert.equal(windows.length, 1)
    assert.match(windows[0] ?? '', new RegExp(`^${ssoToken.id}#${wrong.secretHash}#\\d+$`))
  })

  for (const [name, cause, stored, changes] of refused) {
    if (cause === 'sso_token_malformed') continue
    test(`lets a portal wait that asks too often, instead of refusing ${name}`, async () => {
      const { result, saved, order } = await issue({ ...stored, calls: 1200 }, changes)
      assert.ok(!result.ok && 'wait' in result.error)
      assert.deepEqual([saved, order], [[], ['find', 'count']])
    })
  }
})
