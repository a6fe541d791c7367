import { LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import type { Receipt } from './types.ts'

/** How often something happened, by why; what happened most comes first. */
type ByCause = readonly { cause: string; count: number }[]

/** Median and 95th percentile, in milliseconds. */
type Delay = { median: number; p95: number }

type HostFigures = { host: string; issued: number; arrived: number; redeemed: number }

/** What became of the login tokens of an SSO token in some time. */
export type Figures = {
  issued: number
  /** Browsers that came by. */
  arrived: number
  redeemed: number
  /** Requests for a login token that got none. */
  refusedRequests: { times: number; byCause: ByCause }
  /** Issued ones that were refused later: how often, and how many by their last cause. */
  refusedTokens: { times: number; byCause: ByCause }
  /** Since the issue; absent: nothing did. */
  toArrival?: Delay
  toRedeem?: Delay
  hosts: readonly HostFigures[]
}

type IssuedReceipt = Receipt & { issuedAtMs: number }

const isIssued = (receipt: Receipt): receipt is IssuedReceipt => receipt.issuedAtMs !== undefined
const hasArrived = ({ arrivedAtMs }: Receipt) => arrivedAtMs !== undefined
const isRedeemed = ({ redeemedAtMs }: Receipt) => redeemedAtMs !== undefined

/** Counts receipts, in any order. */
export function figuresOf(receipts: readonly Receipt[]): Figures {
  const issued = receipts.filter(isIssued)
  const toArrival = delayOf(issued.map((one) => [one.issuedAtMs, one.arrivedAtMs]))
  const toRedeem = delayOf(issued.map((one) => [one.issuedAtMs, one.redeemedAtMs]))
  return {
    ...countsOf(issued),
    refusedRequests: refusalsOf(receipts.filter((receipt) => !isIssued(receipt))),
    refusedTokens: refusalsOf(issued),
    ...(toArrival && { toArrival }),
    ...(toRedeem && { toRedeem }),
    hosts: hostsOf(issued),
  }
}

const countsOf = (issued: readonly Receipt[]) => ({
  issued: issued.length,
  arrived: issued.filter(hasArrived).length,
  redeemed: issued.filter(isRedeemed).length,
})

function refusalsOf(receipts: readonly Receipt[]): Figures['refusedTokens'] {
  const times = receipts.reduce((sum, { refusals = 0 }) => sum + refusals, 0)
  const causes = receipts.flatMap(({ lastCause }) => lastCause ?? [])
  const counts = Map.groupBy(causes, (cause) => cause)
  const byCause = [...counts].map(([cause, all]) => ({ cause, count: all.length }))
  return {
    times,
    byCause: byCause.toSorted((a, b) => b.count - a.count || byText(a.cause, b.cause)),
  }
}

function hostsOf(issued: readonly Receipt[]): HostFigures[] {
  const byHost = Map.groupBy(issued, ({ host = '' }) => host)
  return [...byHost]
    .map(([host, receipts]) => ({ host, ...countsOf(receipts) }))
    .toSorted((a, b) => b.issued - a.issued || byText(a.host, b.host))
}

const byText = (one: string, other: string) => (one < other ? -1 : 1)

/** By nearest rank: each is a delay that there was. */
function delayOf(times: readonly (readonly [number, number | undefined])[]): Delay | undefined {
  const delays = times
    .flatMap(([from, to]) => (to === undefined ? [] : [to - from]))
    .toSorted((one, other) => one - other)
  const at = (share: number) => delays[Math.ceil(share * delays.length) - 1] ?? 0
  return delays.length > 0 ? { median: at(0.5), p95: at(0.95) } : undefined
}

/** From so many on, a ratio tells something. */
const TELLING = 50

/**
 * Whether fewer than half of what was issued was redeemed, of what can be redeemed no more.
 *
 * @param nowMs epoch milliseconds
 */
export function isOddRatio(receipts: readonly Receipt[], nowMs: number): boolean {
  const over = overOf(receipts, nowMs)
  return over.length >= TELLING && over.filter(isRedeemed).length * 2 < over.length
}

/** The login tokens whose time is over: of the others nobody knows yet. */
const overOf = (receipts: readonly Receipt[], nowMs: number) =>
  receipts.filter((one) => isIssued(one) && one.issuedAtMs + LOGIN_TOKEN_LIFETIME_MS <= nowMs)

export const adviceCodes = ['every_page', 'odd_ratio', 'late_redeem', 'many_unknown'] as const
export type Advice = (typeof adviceCodes)[number]

/** A login token is good for twenty seconds: half of it should do. */
const LATE_MS = LOGIN_TOKEN_LIFETIME_MS / 2

/**
 * What a portal, or the product that it leads to, should do otherwise.
 *
 * @param nowMs epoch milliseconds
 */
export function adviceOf(receipts: readonly Receipt[], nowMs: number): Advice[] {
  const { toRedeem, issued, refusedRequests } = figuresOf(receipts)
  const over = overOf(receipts, nowMs)
  const used = over.filter((one) => hasArrived(one) || isRedeemed(one)).length
  const isEveryPage = over.length >= TELLING && used * 5 < over.length
  const unknown = refusedRequests.byCause.find(({ cause }) => cause === 'user_unknown')?.count ?? 0
  return [
    ...(isEveryPage ? (['every_page'] as const) : []),
    ...(!isEveryPage && isOddRatio(receipts, nowMs) ? (['odd_ratio'] as const) : []),
    ...(toRedeem && toRedeem.p95 > LATE_MS ? (['late_redeem'] as const) : []),
    ...(unknown >= TELLING && unknown > issued ? (['many_unknown'] as const) : []),
  ]
}
