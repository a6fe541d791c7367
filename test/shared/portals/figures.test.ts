import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newOrgId, newReceiptId, newSsoTokenId } from '#shared/ids.ts'
import { adviceOf, figuresOf, isOddRatio } from '#shared/portals/figures.ts'
import type { Receipt } from '#shared/portals/types.ts'

const nowMs = 1_772_619_330_000
const orgId = newOrgId()
const ssoTokenId = newSsoTokenId(orgId)

/** Asked for a minute ago. */
const receipt = (changes: Partial<Receipt> = {}): Receipt => ({
  ...{ id: newReceiptId(nowMs - 60_000), ssoTokenId, orgId },
  ...changes,
})
const issuedAtMs = nowMs - 60_000
const issued = (changes: Partial<Receipt> = {}) =>
  receipt({ issuedAtMs, product: 'shop', host: 'shop.example', ...changes })
const times = <Item>(count: number, make: () => Item) => Array.from({ length: count }, make)
const arrivedAfter = (ms: number) => issued({ arrivedAtMs: issuedAtMs + ms })
const redeemedAfter = (ms: number) =>
  issued({ arrivedAtMs: issuedAtMs + 1, redeemedAtMs: issuedAtMs + ms })
const unknown = () => receipt({ refusals: 1, lastCause: 'user_unknown' })

describe('figuresOf', () => {
  test('counts nothing of nothing', () => {
    const none = { times: 0, byCause: [] }
    assert.deepEqual(figuresOf([]), {
      ...{ issued: 0, arrived: 0, redeemed: 0 },
      ...{ refusedRequests: none, refusedTokens: none, hosts: [] },
    })
  })

  test('counts what came of what was issued, and at which host', () => {
    const other = issued({ host: 'b.example', redeemedAtMs: issuedAtMs + 5 })
    const figures = figuresOf([issued(), arrivedAfter(10), redeemedAfter(20), other])
    assert.deepEqual([figures.issued, figures.arrived, figures.redeemed], [4, 2, 2])
    assert.deepEqual(figures.hosts, [
      { host: 'shop.example', issued: 3, arrived: 2, redeemed: 1 },
      { host: 'b.example', issued: 1, arrived: 0, redeemed: 1 },
    ])
  })

  test('tells requests that were refused from login tokens that were', () => {
    const figures = figuresOf([
      ...[unknown(), unknown(), receipt({ refusals: 1, lastCause: 'user_suspended' })],
      issued({ refusals: 3, lastCause: 'token_used', redeemedAtMs: issuedAtMs + 1 }),
      issued({ refusals: 1, lastCause: 'host_mismatch' }),
      issued({ refusals: 1, lastCause: 'token_used' }),
    ])
    assert.deepEqual(figures.refusedRequests, {
      times: 3,
      byCause: [
        { cause: 'user_unknown', count: 2 },
        { cause: 'user_suspended', count: 1 },
      ],
    })
    assert.deepEqual(figures.refusedTokens, {
      times: 5,
      byCause: [
        { cause: 'token_used', count: 2 },
        { cause: 'host_mismatch', count: 1 },
      ],
    })
  })

  test('names the median and the 95th percentile of delays that there were', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => redeemedAfter(100 - index))
    assert.deepEqual(figuresOf(hundred).toRedeem, { median: 50, p95: 95 })
    assert.deepEqual(figuresOf([redeemedAfter(7)]).toRedeem, { median: 7, p95: 7 })
    assert.deepEqual(figuresOf([arrivedAfter(8), issued()]).toArrival, { median: 8, p95: 8 })
  })

  const anyReceipt = fc
    .record({
      wasIssued: fc.boolean(),
      arrived: fc.option(fc.nat(20_000)),
      redeemed: fc.option(fc.nat(20_000)),
      refusals: fc.nat(3),
      cause: fc.constantFrom('token_used', 'user_unknown', 'token_expired'),
      host: fc.constantFrom('a.example', 'b.example'),
    })
    .map(({ wasIssued, arrived, redeemed, refusals, cause, host }) =>
      receipt({
        ...(wasIssued && { issuedAtMs, host }),
        ...(wasIssued && arrived !== null && { arrivedAtMs: issuedAtMs + arrived }),
        ...(wasIssued && redeemed !== null && { redeemedAtMs: issuedAtMs + redeemed }),
        ...(refusals > 0 && { refusals, lastCause: cause as Receipt['lastCause'] }),
      } as Partial<Receipt>),
    )

  test('agrees with itself, in whatever order receipts come', () => {
    fc.assert(
      fc.property(fc.array(anyReceipt), (receipts) => {
        const figures = figuresOf(receipts)
        assert.deepEqual(figuresOf(receipts.toReversed()), figures)
        const { hosts, refusedRequests, refusedTokens } = figures
        for (const name of ['issued', 'arrived', 'redeemed'] as const) {
          assert.equal(
            hosts.reduce((sum, host) => sum + host[name], 0),
            figures[name],
          )
        }
        assert.ok(figures.issued >= Math.max(figures.arrived, figures.redeemed))
        const all = receipts.reduce((sum, { refusals = 0 }) => sum + refusals, 0)
        assert.equal(refusedRequests.times + refusedTokens.times, all)
        for (const { byCause, times: count } of [refusedRequests, refusedTokens]) {
          assert.ok(byCause.reduce((sum, one) => sum + one.count, 0) <= count)
        }
      }),
    )
  })

  test('has half of all delays up to the median, and 95 of 100 up to the percentile', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1 }), (delays) => {
        const { median = -1, p95 = -1 } = figuresOf(delays.map(redeemedAfter)).toRedeem ?? {}
        assert.ok(delays.includes(median) && delays.includes(p95))
        const upTo = (most: number) => delays.filter((delay) => delay <= most).length
        assert.ok(upTo(median) >= delays.length / 2 && upTo(p95) >= delays.length * 0.95)
        assert.ok(upTo(median - 1) < delays.length / 2 && upTo(p95 - 1) < delays.length * 0.95)
      }),
    )
  })
})

describe('isOddRatio', () => {
  const cases = [
    ['half of fifty were redeemed', 25, 25, false],
    ['one less than half was', 26, 24, true],
    ['there are too few to tell', 49, 0, false],
    ['none of fifty was', 50, 0, true],
  ] as const
  for (const [name, unused, redeemed, want] of cases) {
    test(`is ${want} where ${name}`, () => {
      const receipts = [
        ...times(unused, () => issued()),
        ...times(redeemed, () => redeemedAfter(1)),
      ]
      assert.equal(isOddRatio(receipts, nowMs), want)
    })
  }

  test('does not count those that can still be redeemed, nor what was refused', () => {
    const fresh = times(60, () => issued({ issuedAtMs: nowMs - 19_999 }))
    assert.equal(isOddRatio([...fresh, ...times(60, unknown)], nowMs), false)
    assert.equal(isOddRatio(fresh, nowMs + 1), true)
  })
})

describe('adviceOf', () => {
  const cases = [
    ['nothing', 'all is well', times(60, () => redeemedAfter(10_000)), []],
    ['every_page', 'hardly any comes back', times(60, () => issued()), ['every_page']],
    [
      'odd_ratio',
      'many come back, and few are redeemed',
      [...times(40, () => issued()), ...times(20, () => arrivedAfter(1))],
      ['odd_ratio'],
    ],
    ['late_redeem', 'they come late', times(3, () => redeemedAfter(10_001)), ['late_redeem']],
    [
      'many_unknown',
      'most people are not known',
      [...times(50, unknown), ...times(49, () => redeemedAfter(1))],
      ['many_unknown'],
    ],
    [
      'nothing',
      'more people are known than not',
      [...times(50, unknown), ...times(50, () => redeemedAfter(1))],
      [],
    ],
  ] as const
  for (const [what, why, receipts, want] of cases) {
    test(`says ${what} where ${why}`, () => {
      assert.deepEqual(adviceOf(receipts, nowMs), want)
    })
  }
})
