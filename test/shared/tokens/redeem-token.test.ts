import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CredentialId } from '#shared/ids.ts'
import type { Organization } from '#shared/orgs/types.ts'
import type { ProductCredential } from '#shared/products/types.ts'
import { sha256 } from '#shared/secrets.ts'
import type { SignedOut } from '#shared/sign-out/signed-out.ts'
import { issueLoginToken } from '#shared/tokens/login-token.ts'
import type { LoginRecord, RedeemStore, SignJwt, UsableProduct } from '#shared/tokens/ports.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import { type RedeemRequest, redeemToken } from '#shared/tokens/redeem-token.ts'
import type { User } from '#shared/users/types.ts'
import { nowMs, record, token } from './example.ts'

const credentialId: CredentialId = `cred_${'1'.repeat(32)}`
const { credential, secretHash } = issueCredential(credentialId)
const user: User = {
  id: 'usr_1',
  orgId: 'org_1',
  state: 'active',
  role: 'member',
  joinedBy: 'automatic',
  email: 'ada@example.com',
}
const organization: Organization = { id: 'org_1', name: 'Acme', defaultProduct: 'meetings' }

const request: RedeemRequest = {
  credential,
  token,
  nonce: 'jwt_1',
  issuer: 'https://signin.vendor.example',
  nowMs,
}

type Stored = {
  credential?: Partial<ProductCredential> | undefined
  record?: Partial<LoginRecord> | undefined
  user?: User | undefined
  organization?: Organization | undefined
  signedOut?: SignedOut
  products?: readonly UsableProduct[]
  /** What the conditional write answers. */
  isOurs?: boolean
}

/** Ports that answer what the test says, and remember what was asked of them. */
function ports(stored: Stored = {}) {
  const calls: string[] = []
  const consumptions: Parameters<RedeemStore['consume']>[0][] = []
  const signed: Record<string, unknown>[] = []
  const has = (name: keyof Stored) => !(name in stored) || stored[name] !== undefined
  const redeems: RedeemStore = {
    find(id, handle) {
      calls.push(`find ${id} ${handle}`)
      const known = { id, product: 'meetings', secretHash, ...stored.credential }
      return Promise.resolve({
        credential: has('credential') ? known : undefined,
        record: has('record') ? { ...record, ...stored.record } : undefined,
      })
    },
    consumePortal: () => assert.fail('no portal asked for it'),
    consume(consumption) {
      calls.push('consume')
      consumptions.push(consumption)
      return Promise.resolve(stored.isOurs ?? true)
    },
    findUser({ orgId, userId, subjectKey }) {
      calls.push(`findUser ${orgId} ${userId} ${subjectKey}`)
      return Promise.resolve({
        user: has('user') ? (stored.user ?? user) : undefined,
        organization: has('organization') ? organization : undefined,
        signedOut: stored.signedOut,
        products: stored.products ?? [],
        attributes: { meetings: { role: 'host' } },
      })
    },
  }
  const signJwt: SignJwt = (claims) => {
    calls.push('sign')
    signed.push(claims)
    return Promise.resolve('a.signed.jwt')
  }
  return { redeems, signJwt, calls, consumptions, signed }
}

async function redeem(stored: Stored = {}, changes: Partial<RedeemRequest> = {}) {
  const { redeems, signJwt, ...seen } = ports(stored)
  return { result: await redeemToken(redeems, signJwt, { ...request, ...changes }), ...seen }
}

const stranger = issueCredential(credentialId).credential
const forged = issueLoginToken(record.handle).token

describe('redeemToken', () => {
  test('gives the identity of who signed in after all sessions were ended', async () => {
    const { result } = await redeem({ user: { ...user, sessionsFrom: nowMs - 1000 } })
    assert.equal(result.ok, true)
  })

  test('answers who the token is for, with a JWT for the product that redeems', async () => {
    const { result, consumptions, signed } = await redeem()
    assert.ok(result.ok)
    const { logoutUrl, ...redeemed } = result.value
    assert.deepEqual(redeemed, {
      user,
      organization,
      product: 'meetings',
      target: undefined,
      groups: undefined,
      products: [],
      attributes: { meetings: { role: 'host' } },
      jwt: 'a.signed.jwt',
      sid: 'a-session',
    })
    const [consumption] = consumptions
    const { logoutSecretHash, ...consumed } = consumption ?? assert.fail('nothing consumed')
    assert.deepEqual(consumed, {
      handle: record.handle,
      secretHash: record.secretHash,
      product: 'meetings',
      nonce: 'jwt_1',
    })
    const [, handle, secret = ''] =
      /^https:\/\/signin\.vendor\.example\/saml\/logout\?session=([\w-]{43})\.([\w-]{43})$/.exec(
        logoutUrl ?? '',
      ) ?? []
    assert.equal(handle, record.handle)
    assert.equal(sha256(secret), logoutSecretHash)
    assert.notEqual(logoutSecretHash, record.secretHash)
    const [claims] = signed
    assert.equal(claims?.['aud'], 'meetings')
    assert.equal(claims?.['sub'], 'usr_1')
    assert.equal(claims?.['sid'], 'a-session')
    assert.equal(claims?.['jti'], 'jwt_1')
    assert.equal(claims?.['iat'], Math.floor(nowMs / 1000))
  })

  test('answers the page that the browser asked for', async () => {
    const { result } = await redeem({ record: { target: '/courses/7' } })
    assert.ok(result.ok)
    assert.equal(result.value.target, '/courses/7')
  })

  test('answers the user as they are now, and not as they signed in', async () => {
    const married = { ...user, familyName: 'King' }
    const { result } = await redeem({ user: married })
    assert.ok(result.ok)
    assert.deepEqual(result.value.user, married)
  })

  test('asks for nothing but the credential and the record until both are judged', async () => {
    const { calls } = await redeem()
    assert.deepEqual(calls, [
      `find ${credentialId} ${record.handle}`,
      'consume',
      'findUser org_1 usr_1 a-subject',
      'sign',
    ])
  })

  const refused: readonly (readonly [string, string, Stored, Partial<RedeemRequest>])[] = [
    ['an unknown credential', 'credential_unknown', { credential: undefined }, {}],
    ['a credential with another secret', 'credential_unknown', {}, { credential: stranger }],
    ['what is no token', 'token_malformed', {}, { token: 'hello' }],
    ['a token without a record', 'token_unknown', { record: undefined }, {}],
    ['a token with another secret', 'token_unknown', {}, { token: forged }],
    ["another product's token", 'token_of_another_product', { record: { product: 'x' } }, {}],
    ['the millisecond it expires', 'token_expired', {}, { nowMs: nowMs + 20_000 }],
    ['a used token', 'token_used', { record: { isUsed: true } }, {}],
  ]
  for (const [name, error, stored, changes] of refused) {
    test(`refuses ${name}, and writes and signs nothing`, async () => {
      const { result, calls } = await redeem(stored, changes)
      assert.deepEqual(result, { ok: false, error })
      assert.equal(calls.length, 1)
      assert.match(calls[0] ?? '', /^find /)
    })
  }

  test('takes a token in its last millisecond', async () => {
    const { result } = await redeem({}, { nowMs: nowMs + 19_999 })
    assert.equal(result.ok, true)
  })

  test('reads nothing for what is no credential', async () => {
    for (const text of ['', 'hello', `${credential}x`, `Bearer ${credential}`]) {
      const { result, calls } = await redeem({}, { credential: text })
      assert.deepEqual(result, { ok: false, error: 'credential_malformed' })
      assert.deepEqual(calls, [])
    }
  })

  /** What may be wrong, in the order in which it must be found out. */
  const wrongs: readonly (readonly [error: string, Stored, Partial<RedeemRequest>])[] = [
    ['credential_malformed', {}, { credential: '' }],
    ['credential_unknown', { credential: undefined }, {}],
    ['token_malformed', {}, { token: 'x' }],
    ['token_unknown', {}, { token: forged }],
    ['token_of_another_product', { record: { product: 'x' } }, {}],
    ['token_expired', {}, { nowMs: nowMs + 20_000 }],
    ['token_used', { record: { isUsed: true } }, {}],
  ]
  for (const [index, [error]] of wrongs.entries()) {
    test(`answers ${error} whatever else is wrong that is judged later`, async () => {
      const remaining = wrongs.slice(index).toReversed()
      const stored: Stored = Object.assign({}, ...remaining.map(([, one]) => one))
      const wrongRecord = Object.assign({}, ...remaining.map(([, one]) => one.record))
      const changes = Object.assign({}, ...remaining.map(([, , one]) => one))
      const { result } = await redeem({ ...stored, record: wrongRecord }, changes)
      assert.deepEqual(result, { ok: false, error })
    })
  }

  const late = [
    ['another call was faster', 'token_used', { isOurs: false }],
    ['the user has gone', 'user_missing', { user: undefined }],
    ['the organization has gone', 'user_missing', { organization: undefined }],
    [
      'the user was suspended meanwhile',
      'user_suspended',
      { user: { ...user, state: 'suspended' } },
    ],
    [
      'the session has ended meanwhile',
      'session_ended',
      { signedOut: { sessions: { 'a-session': { atMs: nowMs } } } },
    ],
    [
      'an admin has ended all sessions meanwhile',
      'session_ended',
      { user: { ...user, sessionsFrom: nowMs - 999 } },
    ],
    [
      'the seat has been taken away meanwhile',
      'no_product_access',
      {
        record: { requiresAccess: true },
        products: [{ product: 'training', account: 'acc_1' }],
      },
    ],
    ['all sessions have ended meanwhile', 'session_ended', { signedOut: { all: { atMs: nowMs } } }],
    [
      'another call was faster and the user has gone',
      'token_used',
      { isOurs: false, user: undefined },
    ],
  ] as const
  for (const [name, error, stored] of late) {
    test(`keeps the JWT that is signed already to itself when ${name}`, async () => {
      const { result, calls } = await redeem(stored)
      assert.deepEqual(result, { ok: false, error })
      assert.ok(calls.includes('sign'))
    })
  }
})

describe('redeemToken with faults', () => {
  const outage = new Error('away')
  const faults = [
    ['find', 'reading fails'],
    ['consume', 'using up fails'],
    ['findUser', 'reading the user fails'],
  ] as const
  for (const [method, name] of faults) {
    test(`hands nothing out when ${name}`, async () => {
      const { redeems, signJwt } = ports()
      const broken = { ...redeems, [method]: () => Promise.reject(outage) }
      await assert.rejects(redeemToken(broken, signJwt, request), outage)
    })
  }

  test('hands nothing out when signing fails', async () => {
    const { redeems } = ports()
    await assert.rejects(
      redeemToken(redeems, () => Promise.reject(outage), request),
      outage,
    )
  })

  test('hands nothing out when everything fails at once', async () => {
    const broken: RedeemStore = {
      ...ports().redeems,
      consume: () => Promise.reject(outage),
      findUser: () => Promise.reject(new Error('also away')),
    }
    await assert.rejects(
      redeemToken(broken, () => Promise.reject(new Error('away, too')), request),
      outage,
    )
  })
})

test('redeemToken hands the JWT to whoever used the token up, and to nobody else', async () => {
  const optional = <T>(value: T) => fc.constantFrom(value, undefined)
  const stored = fc.record(
    {
      credential: optional({}),
      record: fc.option(
        fc.record(
          {
            isUsed: fc.boolean(),
            product: fc.constantFrom('meetings', 'training'),
            redeemableUntilMs: fc.integer({ min: nowMs - 2, max: nowMs + 2 }),
            secretHash: fc.constantFrom(record.secretHash, sha256('other')),
          },
          { requiredKeys: [] },
        ),
        { nil: undefined },
      ),
      user: fc.constantFrom(user, { ...user, state: 'suspended' as const }, undefined),
      organization: optional(organization),
      isOurs: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const asked = fc.record(
    {
      credential: fc.constantFrom(credential, stranger, 'x'),
      token: fc.constantFrom(token, forged, 'x'),
    },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(stored, asked, async (given, changes) => {
      const { result, consumptions } = await redeem(given as Stored, changes)
      if (!result.ok) return assert.doesNotMatch(JSON.stringify(result), /jwt/)
      assert.equal(consumptions.length, 1)
      assert.notEqual(given.isOurs, false)
      assert.deepEqual(changes, { credential, token })
      assert.equal(result.value.user.state, 'active')
    }),
    { numRuns: 2000 },
  )
})
