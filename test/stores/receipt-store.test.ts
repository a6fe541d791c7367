import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoReceipts } from '#shared/aws/receipt-store.ts'
import { newOrgId, newReceiptId, newSsoTokenId, newUserId, type ReceiptId } from '#shared/ids.ts'
import { RECEIPT_SECONDS } from '#shared/portals/receipts.ts'
import type { Receipt } from '#shared/portals/types.ts'
import { type Tables, tables } from './tables.ts'

/** TTL takes what has expired: this is far away. */
const nowMs = 4_102_444_800_000

let db: Tables
before(async () => {
  db = await tables()
})

/** An SSO token's receipts, each asked for so many milliseconds ago. */
async function stored(agesMs: readonly number[], changes: Partial<Receipt> = {}) {
  const orgId = newOrgId()
  const ssoTokenId = newSsoTokenId(orgId)
  const receipts = agesMs.map((ageMs): Receipt => {
    const ms = nowMs - ageMs
    return { id: newReceiptId(ms), ssoTokenId, orgId, issuedAtMs: ms, ...changes }
  })
  for (const { id, ...receipt } of receipts) {
    const key = directoryKeys.receipt(ssoTokenId, id)
    await db.put(db.directory, { ...key, receiptId: id, ...receipt, expiresAt: nowMs / 1000 })
  }
  return { ssoTokenId, receipts, store: dynamoReceipts(db.directory) }
}

describe('dynamoReceipts', () => {
  test('reads all that a receipt says', async () => {
    const { ssoTokenId, receipts, store } = await stored([5], {
      ...{ userId: newUserId(), product: 'shop', host: 'shop.example' },
      ...{ arrivedAtMs: nowMs - 4, redeemedAtMs: nowMs - 3 },
      ...{ refusals: 2, lastCause: 'token_used' },
    })
    const page = await store.page(ssoTokenId, { nowMs, limit: 9, after: undefined })
    assert.deepEqual(page, { receipts })
  })

  test('lists them newest first, page by page, and each once', async () => {
    const { ssoTokenId, receipts, store } = await stored([5, 4, 3, 2, 1])
    const seen: Receipt[] = []
    const sizes: number[] = []
    let after: ReceiptId | undefined
    do {
      const page = await store.page(ssoTokenId, { nowMs, limit: 2, after })
      sizes.push(page.receipts.length)
      seen.push(...page.receipts)
      after = page.next
    } while (after)
    assert.deepEqual(seen, receipts.toReversed())
    assert.deepEqual(sizes, [2, 2, 1])
  })

  test('lists none that is older than receipts may be, although it is still there', async () => {
    const most = RECEIPT_SECONDS * 1000
    const { ssoTokenId, receipts, store } = await stored([most + 1, most, 1])
    const page = (after?: ReceiptId) => store.page(ssoTokenId, { nowMs, limit: 9, after })
    assert.deepEqual((await page()).receipts, receipts.slice(1).toReversed())
    assert.deepEqual(await page(receipts[0]?.id), { receipts: [] })
    assert.deepEqual(await page(receipts[1]?.id), { receipts: [] })
  })

  test('goes on behind any place, also one that never was', async () => {
    const { ssoTokenId, receipts, store } = await stored([2, 1])
    const page = (after: ReceiptId) => store.page(ssoTokenId, { nowMs, limit: 9, after })
    assert.deepEqual((await page(`rcp_${'f'.repeat(32)}`)).receipts, receipts.toReversed())
    assert.deepEqual((await page(`rcp_${'0'.repeat(32)}`)).receipts, [])
  })

  test('reads the newest of a time, both ends included, and says whether they are all', async () => {
    const { ssoTokenId, receipts, store } = await stored([4, 3, 2, 1])
    const recent = (most: number) =>
      store.recent(ssoTokenId, { fromMs: nowMs - 3, toMs: nowMs - 2, most })
    const [, three, two] = receipts
    assert.deepEqual(await recent(2), { receipts: [two, three], isComplete: true })
    assert.deepEqual(await recent(1), { receipts: [two], isComplete: false })
  })

  test('reads more of them than one query brings', async () => {
    const long = { host: 'a'.repeat(300_000) }
    const { ssoTokenId, receipts, store } = await stored([5, 4, 3, 2, 1], long)
    const time = { fromMs: 0, toMs: nowMs }
    const ids = async (most: number) => {
      const recent = await store.recent(ssoTokenId, { ...time, most })
      return [recent.receipts.map(({ id }) => id), recent.isComplete]
    }
    const newest = receipts.toReversed().map(({ id }) => id)
    assert.deepEqual(await ids(9), [newest, true])
    assert.deepEqual(await ids(5), [newest, true])
    assert.deepEqual(await ids(4), [newest.slice(0, 4), false])
  })

  test('reads nothing of another SSO token', async () => {
    const { store } = await stored([1])
    const other = newSsoTokenId(newOrgId())
    assert.deepEqual(await store.page(other, { nowMs, limit: 9, after: undefined }), {
      receipts: [],
    })
  })
})
