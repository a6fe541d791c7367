import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newReceiptId, newSsoTokenId, newUserId, type SsoTokenId } from '#shared/ids.ts'
import { epochMilliseconds, isoTime, toSeconds } from '#shared/time.ts'
import { operatorCalls } from '#test/functions/operator-calls.ts'
import { newSsoToken } from '#test/stores/new-sso-token.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { type Answer, newAdmin } from './admin-client.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

let admin: Admin
let db: Tables
before(async () => {
  admin = await newAdmin()
  db = await tables()
})

function assertProblem({ status, body, text }: Answer, want: number, cause: string) {
  assert.equal(body['type'], `urn:latchkey:problem:${cause}`, text)
  assert.equal(status, want)
}

const create = (body: object, by = admin) => by.call('POST', '/sso-tokens', { body })

async function made(body: object = {}, by = admin) {
  const answer = await create({ label: 'Intranet', ...body }, by)
  assert.equal(answer.status, 201, answer.text)
  const { secret, ...shown } = answer.body
  return { id: shown['id'] as SsoTokenId, secret: String(secret), shown }
}

const listed = async (by = admin) =>
  (await by.call('GET', '/sso-tokens')).body['ssoTokens'] as { id: string }[]

async function answersAt(product: string, host: string) {
  const path = `/operator/orgs/${admin.orgId}/product-hosts`
  const body = { hosts: [{ product, host }] }
  const set = await operatorCalls(admin.stack)('PUT', path, { body })
  assert.equal(set.status, 200)
}

describe('SSO tokens, by the administration API', () => {
  test('are shown with their secret once, and without it ever after', async () => {
    const { id, secret, shown } = await made({ label: ' Intranet ' })
    assert.match(secret, new RegExp(`^${id}_[\\w-]{43}$`))
    assert.ok(id.startsWith(`sso_${admin.orgId.slice(4)}`))
    const { createdAt, createdBy, ...rest } = shown
    assert.deepEqual(rest, {
      ...{ id, label: 'Intranet', product: 'meetings', identifiesBy: 'email', alerts: [] },
    })
    assert.ok(Date.parse(String(createdAt)) <= epochMilliseconds())
    assert.match(String(createdBy), /^apikey:key_/)
    const one = await admin.call('GET', `/sso-tokens/${id}`, { key: admin.keys.reader })
    assert.deepEqual(one.body, shown)
    const all = await listed()
    assert.deepEqual(
      all.filter((token) => token.id === id),
      [shown],
    )
    assert.ok(!JSON.stringify([one.body, all]).includes(secret.slice(-43)))
  })

  test('are listed in the order in which they were made', async () => {
    const other = await newAdmin()
    for (const label of ['A', 'B', 'C']) await made({ label }, other)
    const order = (await listed(other)) as unknown as { label: string; createdAt: string }[]
    const times = order.map(({ createdAt }) => createdAt)
    assert.deepEqual(times, times.toSorted())
    assert.equal(order.length, 3)
  })

  test('may be for another product, at a host of the organization, by user name, for days', async () => {
    await answersAt('training', 'train.acme.example:8443')
    const host = 'train.acme.example:8443'
    const { shown } = await made({ product: 'training', host, identifiesBy: 'userName', days: 30 })
    assert.deepEqual(
      [shown['product'], shown['host'], shown['identifiesBy']],
      ['training', host, 'userName'],
    )
    const lifetime = Date.parse(String(shown['expiresAt'])) - Date.parse(String(shown['createdAt']))
    assert.equal(lifetime, 30 * 24 * 3_600_000)
  })

  const refused = [
    ['a product that there is not', { product: 'nothing' }, 'product_unknown'],
    ['the administration', { product: 'organization-center' }, 'product_unknown'],
    ['a host that is not its own', { host: 'evil.example' }, 'product_host_unknown'],
    ['a host of another product', { host: 'train.acme.example:8443' }, 'product_host_unknown'],
    ['no label', { label: ' ' }, 'request_refused'],
    ['a label of 257', { label: 'a'.repeat(257) }, 'request_refused'],
    ['another identifier', { identifiesBy: 'phone' }, 'request_refused'],
    ['no days', { days: 0 }, 'request_refused'],
    ['more than ten years', { days: 3651 }, 'request_refused'],
  ] as const
  for (const [name, body, cause] of refused) {
    test(`are not made for ${name}`, async () => {
      await answersAt('training', 'train.acme.example:8443')
      assertProblem(await create({ label: 'Intranet', ...body }), 422, cause)
    })
  }

  test('take no Idempotency-Key, as their secret is shown once', async () => {
    const headers = { 'idempotency-key': 'a' }
    const answer = await admin.call('POST', '/sso-tokens', { body: { label: 'x' }, headers })
    assertProblem(answer, 400, 'idempotency_key_unsupported')
  })

  test('are made and removed by admins only', async () => {
    const { id } = await made()
    const key = admin.keys.reader
    assertProblem(
      await admin.call('POST', '/sso-tokens', { body: { label: 'x' }, key }),
      403,
      'forbidden',
    )
    assertProblem(await admin.call('DELETE', `/sso-tokens/${id}`, { key }), 403, 'forbidden')
  })

  test('are gone at once when they are removed, and once; what became of them is there', async () => {
    const { id } = await made({ label: 'Short' })
    assert.equal((await admin.call('DELETE', `/sso-tokens/${id}`)).status, 204)
    assertProblem(await admin.call('DELETE', `/sso-tokens/${id}`), 404, 'sso_token_unknown')
    assertProblem(await admin.call('GET', `/sso-tokens/${id}`), 404, 'sso_token_unknown')
    assert.ok((await listed()).every((token) => token.id !== id))
    for (const what of ['receipts', 'figures']) {
      assert.equal((await admin.call('GET', `/sso-tokens/${id}/${what}`)).status, 200)
    }
    const events = await admin.running.events.waitFor(({ subject }) => subject === id, 2)
    assert.deepEqual(
      events.map(({ type, data }) => [type, data['label'], data['secretHash']]),
      ['created', 'removed'].map((what) => [`latchkey.sso-token.${what}.v1`, 'Short', undefined]),
    )
  })

  test('are not there any more from the second on at which they end', async () => {
    const now = toSeconds(epochMilliseconds())
    const { token } = newSsoToken({ expiresAt: now }, admin.orgId)
    const { id, expiresAt: endsAt, ...rest } = token
    const key = directoryKeys.ssoToken(admin.orgId, id)
    await db.put(db.directory, { ...key, ssoTokenId: id, ...rest, endsAt })
    assertProblem(await admin.call('GET', `/sso-tokens/${id}`), 404, 'sso_token_unknown')
    assertProblem(await admin.call('DELETE', `/sso-tokens/${id}`), 404, 'sso_token_unknown')
    assert.ok((await listed()).every((one) => one.id !== id))
  })

  test('are as many as a list holds', async () => {
    const other = await newAdmin()
    const all = Array.from({ length: 50 }, (_, n) => ({ label: `${n}` }))
    for (const body of all) await made(body, other)
    assertProblem(await create({ label: 'x' }, other), 409, 'too_many_sso_tokens')
    const [first] = await listed(other)
    assert.equal((await other.call('DELETE', `/sso-tokens/${first?.id}`)).status, 204)
    await made({}, other)
  })

  test('show what was noticed of their use, the latest first', async () => {
    const { token } = newSsoToken({ lastUsedAt: 9 }, admin.orgId)
    const { id, ...rest } = token
    const key = directoryKeys.ssoToken(admin.orgId, id)
    const alerts = { replayAt: 5, oddRatioAt: 7 }
    await db.put(db.directory, { ...key, ssoTokenId: id, ...rest, ...alerts })
    const { body } = await admin.call('GET', `/sso-tokens/${id}`)
    assert.deepEqual(
      [body['alerts'], body['lastUsedAt']],
      [
        [
          { kind: 'odd_ratio', at: isoTime(7) },
          { kind: 'replay', at: isoTime(5) },
        ],
        isoTime(9),
      ],
    )
  })

  test('are not made for an organization that is gone while its key is still good', async () => {
    const other = await newAdmin()
    await db.remove(db.directory, directoryKeys.organization(other.orgId))
    assertProblem(await create({ label: 'x' }, other), 404, 'organization_unknown')
  })
})

describe('what became of the login tokens of an SSO token', () => {
  /** As the portals' routes write them, each asked for so many milliseconds ago. */
  async function withReceipts(receipts: readonly (readonly [ageMs: number, object])[]) {
    const { id } = await made()
    const nowMs = epochMilliseconds()
    for (const [ageMs, changes] of receipts) {
      const receiptId = newReceiptId(nowMs - ageMs)
      const known = { ssoTokenId: id, orgId: admin.orgId, receiptId }
      const item = { ...directoryKeys.receipt(id, receiptId), ...known, ...changes }
      await db.put(db.directory, { ...item, expiresAt: toSeconds(nowMs) + 3600 })
    }
    return { path: `/sso-tokens/${id}`, nowMs }
  }

  test('is listed newest first, in pages, for readers, too', async () => {
    const userId = newUserId()
    const nowMs = epochMilliseconds()
    const [issuedAtMs, arrivedAtMs, redeemedAtMs] = [nowMs - 50, nowMs - 40, nowMs - 30]
    const where = { userId, product: 'meetings', host: 'meetings.example' }
    const { path } = await withReceipts([
      [60, { refusals: 1, lastCause: 'user_unknown' }],
      [50, { ...where, issuedAtMs, arrivedAtMs, redeemedAtMs }],
    ])
    const key = admin.keys.reader
    const first = await admin.call('GET', `${path}/receipts?limit=1`, { key })
    assert.equal(first.status, 200, first.text)
    const [{ id, at, ...newest }] = first.body['receipts'] as [Record<string, unknown>]
    assert.match(String(id), /^rcp_/)
    assert.ok(Math.abs(Date.parse(String(at)) - issuedAtMs) < 1000)
    const time = (ms: number) => new Date(ms).toISOString()
    assert.deepEqual(newest, {
      ...{ user: userId, product: 'meetings', host: 'meetings.example', refusals: 0 },
      issuedAt: time(issuedAtMs),
      arrivedAt: time(arrivedAtMs),
      redeemedAt: time(redeemedAtMs),
    })
    const second = await admin.call('GET', `${path}/receipts?cursor=${first.body['next']}`)
    const [{ id: _, at: __, ...oldest }, ...others] = second.body['receipts'] as [
      Record<string, unknown>,
    ]
    assert.deepEqual(
      [oldest, others, second.body['next']],
      [{ refusals: 1, lastCause: 'user_unknown' }, [], undefined],
    )
  })

  test('is counted over the hours that are asked for', async () => {
    const issued = (ageMs: number, changes: object = {}) =>
      [ageMs, { issuedAtMs: epochMilliseconds() - ageMs, host: 'm.example', ...changes }] as const
    const hour = 3_600_000
    const redeemedAtMs = epochMilliseconds() - 600_000 + 12_000
    const { path, nowMs } = await withReceipts([
      issued(30 * hour),
      issued(2 * hour),
      issued(600_000, { redeemedAtMs, arrivedAtMs: redeemedAtMs - 1000 }),
      [1000, { refusals: 1, lastCause: 'user_suspended' }],
    ])
    const figures = async (query: string) => {
      const { status, body, text } = await admin.call('GET', `${path}/figures${query}`)
      assert.equal(status, 200, text)
      return body
    }
    const { from, to, toRedeemMs, toArrivalMs, advice, ...hourly } = await figures('?hours=1')
    assert.equal(Date.parse(String(to)) - Date.parse(String(from)), hour)
    assert.ok(Date.parse(String(to)) >= nowMs)
    assert.deepEqual(hourly, {
      ...{ isComplete: true, issued: 1, arrived: 1, redeemed: 1 },
      refusedRequests: { times: 1, byCause: [{ cause: 'user_suspended', count: 1 }] },
      refusedTokens: { times: 0, byCause: [] },
      hosts: [{ host: 'm.example', issued: 1, arrived: 1, redeemed: 1 }],
    })
    for (const delay of [toRedeemMs, toArrivalMs] as { median: number; p95: number }[]) {
      assert.equal(delay.median, delay.p95)
      assert.ok(delay.median > 10_000 && delay.median < 13_000)
    }
    assert.deepEqual(
      (advice as { code: string }[]).map(({ code }) => code),
      ['late_redeem'],
    )
    assert.equal((await figures(''))['issued'], 2)
    assert.equal((await figures('?hours=168'))['issued'], 3)
  })

  for (const hours of ['0', '169', '-1', '1.5', '024', 'a', '']) {
    test(`is not counted over ${JSON.stringify(hours)} hours`, async () => {
      const { id } = await made()
      const answer = await admin.call('GET', `/sso-tokens/${id}/figures?hours=${hours}`)
      assertProblem(answer, 422, 'request_refused')
    })
  }

  test('is unknown of an SSO token that never was', async () => {
    for (const what of ['receipts', 'figures']) {
      const path = `/sso-tokens/${newSsoTokenId(admin.orgId)}/${what}`
      assertProblem(await admin.call('GET', path), 404, 'sso_token_unknown')
    }
  })
})
