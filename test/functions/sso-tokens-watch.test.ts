import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Context } from 'aws-lambda'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoReceipts } from '#shared/aws/receipt-store.ts'
import { dynamoSsoAlerts } from '#shared/aws/sso-alert-store.ts'
import { ssoTokenOf } from '#shared/aws/sso-token-item.ts'
import { dynamoSsoTokens } from '#shared/aws/sso-token-store.ts'
import { dynamoSsoTokenSchedule } from '#shared/aws/sso-token-watch.ts'
import { newReceiptId } from '#shared/ids.ts'
import type { SsoToken } from '#shared/portals/types.ts'
import type { WatchPorts } from '#shared/portals/watch.ts'
import { waitForMails } from '#test/flows/mailbox.ts'
import { newAdministrator, newOrganization } from '#test/flows/new-administrator.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { newSsoToken } from '#test/stores/new-sso-token.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/sso-tokens-watch/handler.ts')
type Handler = Awaited<ReturnType<typeof importHandler>>

/** TTL takes what has expired: this is far away. */
const start = 4_102_444_800
const HOUR = 3600
const enough = { getRemainingTimeInMillis: () => 60_000 }

describe('sso-tokens-watch', () => {
  let handler: Handler['handler']
  let watch: Handler['watch']
  let db: Tables
  before(async () => {
    await environmentOf('sso-tokens-watch')
    ;({ handler, watch } = await importHandler())
    db = await tables()
  })
  const quiet = (t: { mock: { method: typeof import('node:test').mock.method } }) => {
    for (const level of ['info', 'error'] as const) t.mock.method(console, level, () => {})
  }

  async function newToken() {
    const { orgId } = await newOrganization()
    const { token } = newSsoToken({ createdAt: start }, orgId)
    const act = { actor: 'test', at: start }
    assert.equal(await dynamoSsoTokens(db.directory).create(token, act), undefined)
    return token
  }

  /** Looks at these SSO tokens alone, at a time. */
  function look(at: number, tokens: readonly SsoToken[], changes: Partial<WatchPorts> = {}) {
    const schedule = dynamoSsoTokenSchedule(db.directory)
    const ids = tokens.map(({ id }) => id)
    const ports: WatchPorts = {
      receipts: dynamoReceipts(db.directory),
      alerts: dynamoSsoAlerts(db.directory),
      schedule: {
        ...schedule,
        listDue: async (now) =>
          (await schedule.listDue(now)).filter(({ ssoTokenId }) => ids.includes(ssoTokenId)),
      },
      ...changes,
    }
    return watch(ports, () => at * 1000)(undefined, enough)
  }

  /** So many login tokens of a moment, of which some were redeemed. */
  async function issue({ id, orgId }: SsoToken, at: number, issued: number, redeemed: number) {
    const issuedAtMs = at * 1000
    const puts = Array.from({ length: issued }, (_, index) => {
      const receiptId = newReceiptId(issuedAtMs)
      const redeem = index < redeemed && { redeemedAtMs: issuedAtMs + 100 }
      const receipt = { ssoTokenId: id, orgId, receiptId, issuedAtMs, ...redeem }
      const expiresAt = at + 30 * 24 * HOUR
      return db.put(db.directory, {
        ...directoryKeys.receipt(id, receiptId),
        ...receipt,
        expiresAt,
      })
    })
    await Promise.all(puts)
  }

  const alertsOf = async ({ orgId, id }: SsoToken) =>
    ssoTokenOf(await db.read(db.directory, directoryKeys.ssoToken(orgId, id)))?.alerts
  const dueAt = async ({ id }: SsoToken) =>
    (await db.read(db.directory, directoryKeys.scheduledSsoToken(id)))?.['dueAt']

  test('says how many it has looked at', async (t) => {
    const run = (event: unknown) => handler(event, { getRemainingTimeInMillis: () => 0 } as Context)
    const { lines } = await invoke(t, run, eventOf<unknown>('sso-tokens-watch'))
    assert.match(lines.at(-1) ?? '', /"sso_tokens_watched".*"visited":0/)
  })

  test('tells of an hour in which most were not redeemed, once a day', async (t) => {
    quiet(t)
    const token = await newToken()
    const told: unknown[] = []
    for (let hour = 1; hour <= 30; hour++) {
      const at = start + hour * HOUR
      await issue(token, at - 60, 50, 24)
      await look(at, [token])
      const { odd_ratio: raisedAt } = (await alertsOf(token)) ?? {}
      if (raisedAt === at) told.push(hour)
    }
    assert.deepEqual(told, [1, 25])
  })

  test('is silent where half were redeemed, in what came before, and of what still can be', async (t) => {
    quiet(t)
    const [half, before, fresh] = await Promise.all([newToken(), newToken(), newToken()])
    const at = start + 2 * HOUR
    await issue(half, at - 60, 50, 25)
    await issue(before, at - HOUR - 1, 60, 0)
    await issue(fresh, at - 19, 60, 0)
    await look(at, [half, before, fresh])
    for (const token of [half, before, fresh]) {
      assert.equal(await alertsOf(token), undefined)
      assert.equal(await dueAt(token), at + 3000)
    }
  })

  test('tells products and administrators what it saw', async (t) => {
    quiet(t)
    const token = await newToken()
    const { email } = await newAdministrator(token.orgId)
    const at = start + HOUR
    await issue(token, at - 60, 50, 0)
    await look(at, [token])
    const [sent] = await waitForMails(email)
    assert.equal(sent?.subject, 'Look at the SSO token Intranet')
    assert.match(sent.body.text, /fewer than half .* Intranet of Acme & Sons/)
    const { events } = await runningStack()
    const [told] = await events.waitFor(
      ({ type, subject }) => type === 'latchkey.sso-token.alerted.v1' && subject === token.id,
      1,
    )
    assert.deepEqual(told?.data['alert'], { kind: 'odd_ratio', at })
    assert.equal(told.data['actor'], 'schedule:sso-tokens-watch')
  })

  test('looks at none twice in an hour, and at none that was removed', async (t) => {
    quiet(t)
    const [seen, removed] = await Promise.all([newToken(), newToken()])
    await look(start + HOUR, [seen])
    assert.equal(await dueAt(seen), start + HOUR + 3000)
    await issue(seen, start + HOUR - 60, 50, 0)
    await look(start + HOUR + 2999, [seen])
    assert.equal(await alertsOf(seen), undefined)
    await issue(removed, start + HOUR - 60, 50, 0)
    const act = { actor: 'test', at: start }
    assert.ok(await dynamoSsoTokens(db.directory).remove(removed.orgId, removed.id, act))
    await look(start + HOUR, [removed])
    assert.equal(await alertsOf(removed), undefined)
  })

  test('looks again at what broke off, and at all others', async (t) => {
    quiet(t)
    const [broken, fine] = await Promise.all([newToken(), newToken()])
    const receipts = dynamoReceipts(db.directory)
    const failing: WatchPorts['receipts'] = {
      recent: (id, time) =>
        id === broken.id ? Promise.reject(new Error('away')) : receipts.recent(id, time),
    }
    const at = start + HOUR
    await assert.rejects(look(at, [broken, fine], { receipts: failing }), /1 of 2 visits broke off/)
    assert.deepEqual([await dueAt(broken), await dueAt(fine)], [start + 3000, at + 3000])
    await look(at, [broken, fine])
    assert.equal(await dueAt(broken), at + 3000)
  })
})
