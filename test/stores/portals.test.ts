import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoCallCounter } from '#shared/aws/call-counter.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoArrivals } from '#shared/aws/portal-arrival-store.ts'
import { dynamoIssues } from '#shared/aws/portal-issue-store.ts'
import { portalRefusalWrites } from '#shared/aws/portal-refusal-writes.ts'
import { dynamoPortalRefusals } from '#shared/aws/portal-refusals.ts'
import { dynamoReceipts } from '#shared/aws/receipt-store.ts'
import { dynamoRedeems } from '#shared/aws/redeem-store.ts'
import { newJwtId, newReceiptId, newTraceId } from '#shared/ids.ts'
import type { AlertStore } from '#shared/portals/alerts.ts'
import { arrive } from '#shared/portals/arrive.ts'
import { figuresOf } from '#shared/portals/figures.ts'
import { issueLogin } from '#shared/portals/issue-login.ts'
import { readSsoToken } from '#shared/portals/sso-token-text.ts'
import type { PortalLogin } from '#shared/portals/types.ts'
import { readCredential } from '#shared/tokens/product-credential.ts'
import { redeemToken } from '#shared/tokens/redeem-token.ts'
import { newPerson, newPortal } from '#test/flows/portal.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { type Tables, tables } from './tables.ts'

/** Far from the clock of this machine: nothing may ask it. */
const nowMs = Date.UTC(2031, 2, 4, 10, 15, 30, 500)
const seconds = Math.floor(nowMs / 1000)

let db: Tables
let tenant: Tenant
let email: string
before(async () => {
  tenant = await newTenant()
  db = await tables()
  email = (await newPerson(tenant)).email
})

async function issueAt(atMs: number) {
  const { text, ssoToken } = await newPortal(tenant)
  const ports = {
    issues: dynamoIssues(db.directory, db.ephemeral),
    calls: dynamoCallCounter(db.ephemeral),
  }
  const presented = readSsoToken(text)
  const named = { by: 'email', value: email } as const
  const issued = await issueLogin(ports, { presented, named, target: undefined, nowMs: atMs })
  assert.ok(issued.ok)
  return { ...issued.value, ssoToken }
}

const arriveAt = (token: string, atMs: number, target?: string) => {
  const hop = { token, email, userName: undefined, target, nowMs: atMs }
  return arrive(dynamoArrivals(db.directory, db.ephemeral), hop)
}

const redeemAt = (token: string, atMs: number) =>
  redeemToken(dynamoRedeems(db.directory, db.ephemeral), () => Promise.resolve('jwt'), {
    credential: tenant.credentials['meetings'] ?? '',
    ...{ token, nonce: newJwtId(), issuer: 'https://signin.vendor.example', nowMs: atMs },
  })

const receiptOf = ({ ssoTokenId, receiptId }: PortalLogin) =>
  db.read(db.directory, directoryKeys.receipt(ssoTokenId, receiptId))

describe("a portal's login token, by a clock of ours", () => {
  test('is redeemed 19.999 s after its issue, and not after 20.000 s', async () => {
    const [early, late] = [await issueAt(nowMs), await issueAt(nowMs)]
    assert.equal((await redeemAt(early.token, nowMs + 19_999)).ok, true)
    const refused = await redeemAt(late.token, nowMs + 20_000)
    assert.ok(!refused.ok && typeof refused.error === 'object')
    assert.equal(refused.error.cause, 'token_expired')
  })

  test('opens a link 19.999 s after its issue, and not after 20.000 s', async () => {
    const [early, late] = [await issueAt(nowMs), await issueAt(nowMs)]
    const arrived = await arriveAt(early.token, nowMs + 19_999)
    assert.ok(arrived.ok)
    const token = new URL(arrived.value.location).searchParams.get('token') ?? ''
    const refused = await arriveAt(late.token, nowMs + 20_000)
    assert.ok(!refused.ok)
    assert.equal(refused.error.cause, 'token_expired')
    // The hop makes no new time of it.
    assert.equal((await redeemAt(token, nowMs + 20_000)).ok, false)
    assert.equal((await redeemAt(token, nowMs + 19_999)).ok, true)
  })

  test('keeps no secret, and goes an hour later', async () => {
    const { login, token } = await issueAt(nowMs)
    const [handle = '', secret = ''] = token.split('.')
    const stored = await db.read(db.ephemeral, ephemeralKeys.login(handle))
    assert.ok(!JSON.stringify(stored).includes(secret))
    assert.equal(stored?.['expiresAt'], seconds + 20 + 3600)
    assert.equal(stored?.['handle'], undefined)
    const [found] = [await dynamoArrivals(db.directory, db.ephemeral).find(handle)]
    assert.deepEqual(found.login, login)
  })
})

describe('the conditions of the stores', () => {
  const target = undefined
  const freshTo = (login: PortalLogin, atMs: number) => ({
    ...{ login, target, secretHash: 'another', traceId: newTraceId(atMs), nowMs: atMs },
  })

  test('let nobody arrive late, twice, with another secret, or after the redeem', async () => {
    const arrivals = dynamoArrivals(db.directory, db.ephemeral)
    const { login, token } = await issueAt(nowMs)
    assert.equal(await arrivals.arrive(freshTo(login, nowMs + 20_000)), false)
    assert.equal(await arrivals.arrive(freshTo({ ...login, secretHash: 'x' }, nowMs)), false)
    assert.equal(await arrivals.arrive(freshTo(login, nowMs + 19_999)), true)
    assert.equal(await arrivals.arrive(freshTo(login, nowMs)), false)
    assert.equal((await redeemAt(token, nowMs)).ok, false)
    const other = await issueAt(nowMs)
    assert.equal((await redeemAt(other.token, nowMs)).ok, true)
    assert.equal(await arrivals.arrive(freshTo(other.login, nowMs)), false)
  })

  test('let nobody redeem late, twice, with another secret, or for another product', async () => {
    const redeems = dynamoRedeems(db.directory, db.ephemeral)
    const { login } = await issueAt(nowMs)
    const use = (change: Partial<PortalLogin> = {}, atMs = nowMs) => {
      const nonce = newJwtId()
      const traceId = newTraceId(nowMs)
      return redeems.consumePortal({ login: { ...login, ...change }, nonce, traceId }, atMs)
    }
    assert.equal(await use({}, nowMs + 20_000), false)
    assert.equal(await use({ secretHash: 'x' }), false)
    assert.equal(await use({ product: 'training' }), false)
    assert.equal(await use(), true)
    assert.equal(await use(), false)
  })

  test('do not bring back an SSO token that was removed', async () => {
    const { ssoToken } = await issueAt(nowMs)
    const key = directoryKeys.ssoToken(ssoToken.orgId, ssoToken.id)
    const issues = dynamoIssues(db.directory, db.ephemeral)
    assert.equal((await db.read(db.directory, key))?.['lastUsedAt'], seconds)
    await db.remove(db.directory, key)
    await issues.markUsed(ssoToken, seconds + 60)
    assert.equal(await db.read(db.directory, key), undefined)
  })

  test('do not note a use of an SSO token that is remembered as removed', async () => {
    const { ssoToken } = await newPortal(tenant, { removedAt: seconds, lastUsedAt: seconds })
    await dynamoIssues(db.directory, db.ephemeral).markUsed(ssoToken, seconds + 60)
    const kept = await db.read(db.directory, directoryKeys.ssoToken(ssoToken.orgId, ssoToken.id))
    assert.equal(kept?.['lastUsedAt'], seconds)
  })

  test('keep the target that the browser came with, where the portal asked for none', async () => {
    const { token } = await issueAt(nowMs)
    const arrived = await arriveAt(token, nowMs, 'invoices.html')
    assert.ok(arrived.ok)
    const fresh = new URL(arrived.value.location).searchParams.get('token') ?? ''
    const redeemed = await redeemAt(fresh, nowMs)
    assert.ok(redeemed.ok)
    assert.equal(redeemed.value.target, '/invoices.html')
  })
})

describe('a receipt', () => {
  test('tells when a token was issued, arrived and was redeemed, for thirty days', async () => {
    const { login, token, ssoToken } = await issueAt(nowMs)
    const arrived = await arriveAt(token, nowMs + 100)
    assert.ok(arrived.ok)
    const fresh = new URL(arrived.value.location).searchParams.get('token') ?? ''
    assert.equal((await redeemAt(fresh, nowMs + 250)).ok, true)
    const { pk: _, sk: __, ...receipt } = (await receiptOf(login)) ?? {}
    assert.deepEqual(receipt, {
      ssoTokenId: ssoToken.id,
      orgId: tenant.orgId,
      receiptId: login.receiptId,
      userId: login.userId,
      product: 'meetings',
      host: 'meetings.example',
      issuedAtMs: nowMs,
      arrivedAtMs: nowMs + 100,
      redeemedAtMs: nowMs + 250,
      expiresAt: seconds + 30 * 86_400,
    })
  })

  test('counts refusals, and raises an alert for those that only a thief has', async () => {
    const raised: unknown[] = []
    const alerts: AlertStore = {
      raise(...given) {
        raised.push(given)
        return Promise.resolve(true)
      },
    }
    const refusals = portalRefusalWrites(db.directory, alerts)
    const { login } = await issueAt(nowMs)
    const { orgId, ssoTokenId, userId, receiptId } = login
    const known = { kind: 'portal-arrival', orgId, ssoTokenId, userId, receiptId } as const
    const traceId = newTraceId(nowMs)
    await refusals.record({ ...known, cause: 'person_mismatch' }, { traceId, nowMs })
    assert.deepEqual(raised, [])
    await refusals.record({ ...known, cause: 'token_used' }, { traceId, nowMs })
    await refusals.record({ ...known, cause: 'host_mismatch' }, { traceId, nowMs })
    const of = { orgId, id: ssoTokenId }
    const noticed = { at: seconds, traceId, actor: `sso-token:${ssoTokenId}` }
    assert.deepEqual(raised, [
      [of, 'replay', noticed],
      [of, 'other_host', noticed],
    ])
    // By a secret that is known: nobody else can have it written among the organization's own.
    const trace = await db.read(db.directory, directoryKeys.trace(orgId, traceId))
    assert.equal(trace?.['ssoTokenId'], ssoTokenId)
    const receipt = await receiptOf(login)
    assert.equal(receipt?.['refusals'], 3)
    assert.equal(receipt?.['lastCause'], 'host_mismatch')
    assert.equal(receipt?.['expiresAt'], seconds + 30 * 86_400)
    assert.equal(receipt?.['issuedAtMs'], nowMs)
  })

  test('is kept, and tells of a failure, where an alert cannot be raised', async () => {
    const outage = new Error('away')
    const alerts: AlertStore = { raise: () => Promise.reject(outage) }
    const { login } = await issueAt(nowMs)
    const { orgId, ssoTokenId, userId, receiptId } = login
    const known = { kind: 'portal-arrival', orgId, ssoTokenId, userId, receiptId } as const
    const traceId = newTraceId(nowMs)
    const recorded = portalRefusalWrites(db.directory, alerts).record(
      { ...known, cause: 'token_used' },
      { traceId, nowMs },
    )
    await assert.rejects(recorded, { cause: outage })
    const trace = await db.read(db.directory, directoryKeys.trace(orgId, traceId))
    assert.equal(trace?.['cause'], 'token_used')
    assert.equal((await receiptOf(login))?.['refusals'], 1)
  })

  test('has an alert raised on the SSO token itself', async () => {
    const { login, token, ssoToken } = await issueAt(nowMs)
    const refusals = dynamoPortalRefusals(db.directory)
    assert.equal((await arriveAt(token, nowMs)).ok, true)
    const again = await arriveAt(token, nowMs)
    assert.ok(!again.ok)
    await refusals.record(again.error, { traceId: newTraceId(nowMs), nowMs })
    const key = directoryKeys.ssoToken(ssoToken.orgId, ssoToken.id)
    assert.equal((await db.read(db.directory, key))?.['replayAt'], seconds)
    assert.equal((await receiptOf(login))?.['lastCause'], 'token_used')
  })

  test('is kept apart from those of others, and from traces that nothing proves', async () => {
    const refusals = dynamoPortalRefusals(db.directory)
    const { login } = await issueAt(nowMs)
    const traceId = newTraceId(nowMs)
    const unproved = {
      orgId: tenant.orgId,
      unprovedId: login.ssoTokenId,
      receiptId: login.receiptId,
    }
    await refusals.record(
      { kind: 'portal-issue', cause: 'sso_token_wrong', ...unproved },
      { traceId, nowMs },
    )
    const { trace, unvouchedTrace } = directoryKeys
    assert.equal(await db.read(db.directory, trace(tenant.orgId, traceId)), undefined)
    const kept = await db.read(db.directory, unvouchedTrace(tenant.orgId, traceId))
    assert.equal(kept?.['cause'], 'sso_token_wrong')
    assert.equal(kept?.['ssoTokenId'], undefined)
    assert.equal(kept?.['unprovedId'], undefined)
  })

  test('is not changed, buried or made by who has only the id of an SSO token', async () => {
    const { login, ssoToken } = await issueAt(nowMs)
    const before = await receiptOf(login)
    const { orgId, ssoTokenId: unprovedId, receiptId } = login
    const ids = [receiptId, newReceiptId(nowMs)]
    for (const one of ids) {
      await dynamoPortalRefusals(db.directory).record(
        { kind: 'portal-issue', cause: 'sso_token_wrong', orgId, unprovedId, receiptId: one },
        { traceId: newTraceId(nowMs), nowMs },
      )
    }
    assert.deepEqual(await receiptOf(login), before)
    const page = { nowMs, limit: 10, after: undefined }
    const { receipts } = await dynamoReceipts(db.directory).page(ssoToken.id, page)
    assert.deepEqual(
      receipts.map(({ id }) => id),
      [receiptId],
    )
    // It costs what a refusal of the portal itself costs.
    const { unprovedReceipt } = directoryKeys
    const kept = await db.read(db.directory, unprovedReceipt(unprovedId, ids[1] ?? receiptId))
    assert.equal(kept?.['lastCause'], 'sso_token_wrong')
    assert.equal(kept?.['expiresAt'], seconds + 3600)
  })

  test('is that of a request which got nothing, where the person may not come', async () => {
    const { login, ssoToken } = await issueAt(nowMs)
    const { orgId, ssoTokenId, userId, product, receiptId } = login
    const known = { orgId, ssoTokenId, userId, product, receiptId }
    await dynamoPortalRefusals(db.directory).record(
      { kind: 'portal-issue', cause: 'user_suspended', ...known },
      { traceId: newTraceId(nowMs), nowMs },
    )
    const time = { fromMs: nowMs, toMs: nowMs, most: 10 }
    const { receipts } = await dynamoReceipts(db.directory).recent(ssoToken.id, time)
    const { issued, refusedRequests } = figuresOf(receipts)
    assert.equal(issued, 0)
    assert.deepEqual(refusedRequests.byCause, [{ cause: 'user_suspended', count: 1 }])
  })
})

test('a credential that is good finds what a portal issued, with whose it is', async () => {
  const { login } = await issueAt(nowMs)
  const credential = readCredential(tenant.credentials['meetings'] ?? '')
  assert.ok(credential)
  const found = await dynamoRedeems(db.directory, db.ephemeral).find(credential.id, login.handle)
  assert.deepEqual(found.portal?.login, login)
  assert.equal(found.record, undefined)
  assert.equal(found.portal?.bearer.user?.email, email)
  assert.equal(found.portal?.bearer.organization?.id, tenant.orgId)
})
