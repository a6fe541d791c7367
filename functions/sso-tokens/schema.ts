import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isReceiptId } from '#shared/ids.ts'
import { type Advice, adviceCodes, adviceOf, figuresOf } from '#shared/portals/figures.ts'
import type { Recent } from '#shared/portals/receipts.ts'
import { alertKinds, identifiers, type Receipt, type SsoToken } from '#shared/portals/types.ts'
import { isoTime } from '#shared/time.ts'

export const NewSsoToken = v.strictObject({
  label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)),
  /** Default: the organization's default product. */
  product: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  /** One of the organization's own at which the product answers; absent: where the product lands. */
  host: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(260))),
  /** What the portal tells people apart by. */
  identifiesBy: v.optional(v.picklist(identifiers), 'email'),
  /** Whole days that it can be used; absent: until it is removed. */
  days: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
})

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const ShownSsoToken = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^sso_[0-9a-f]{48}$/)),
  label: v.string(),
  product: v.string(),
  host: v.exactOptional(v.string()),
  identifiesBy: v.picklist(identifiers),
  createdAt: time,
  createdBy: v.string(),
  expiresAt: v.exactOptional(time),
  /** Exact to a minute; absent: it has never been used. */
  lastUsedAt: v.exactOptional(time),
  /** What was noticed of its use, of each kind the last time; the latest comes first. */
  alerts: v.array(v.strictObject({ kind: v.picklist(alertKinds), at: time })),
})

export const ReceiptQuery = v.strictObject(paging(isReceiptId))

export const ReceiptList = v.strictObject({
  receipts: v.array(
    v.strictObject({
      id: id('rcp'),
      /** When it was asked for. */
      at: time,
      user: v.exactOptional(id('usr')),
      product: v.exactOptional(v.string()),
      host: v.exactOptional(v.string()),
      /** Absent: it was refused. */
      issuedAt: v.exactOptional(time),
      arrivedAt: v.exactOptional(time),
      redeemedAt: v.exactOptional(time),
      /** How often it was refused, and why at last. */
      refusals: count,
      lastCause: v.exactOptional(v.string()),
    }),
  ),
  next,
})

/** Hours that are counted, up to now. */
export const FiguresQuery = v.strictObject({
  hours: v.optional(
    v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|1[0-5]\d|16[0-8])$/, '1 to 168'), v.transform(Number)),
    '24',
  ),
})

const refused = v.strictObject({
  times: count,
  byCause: v.array(v.strictObject({ cause: v.string(), count })),
})
const delay = v.exactOptional(v.strictObject({ median: v.number(), p95: v.number() }))

const adviceTexts = {
  every_page:
    'The portal seems to ask for a login token whenever it shows a page. It should ask when somebody follows a link.',
  odd_ratio: 'Fewer than half of the login tokens are redeemed. Look at the receipts for why.',
  late_redeem:
    'Login tokens are redeemed late. They are good for 20 seconds: the portal should send the browser on at once, and the product redeem at once.',
  many_unknown:
    'The portal asks mostly for people whom the organization does not have. They may have other addresses there, or not be provisioned yet.',
} as const satisfies Record<Advice, string>

export const ShownFigures = v.strictObject({
  from: time,
  to: time,
  /** False where there were more than are counted: then `from` is later than was asked for. */
  isComplete: v.boolean(),
  issued: count,
  arrived: count,
  redeemed: count,
  /** Requests for a login token that got none. */
  refusedRequests: refused,
  /** Of issued ones: how often they were refused, and how many by their last cause. */
  refusedTokens: refused,
  /** Milliseconds since the issue; absent: nothing did. */
  toArrivalMs: delay,
  toRedeemMs: delay,
  hosts: v.array(
    v.strictObject({ host: v.string(), issued: count, arrived: count, redeemed: count }),
  ),
  advice: v.array(v.strictObject({ code: v.picklist(adviceCodes), text: v.string() })),
})

export const ssoTokenOutput = (token: SsoToken) => ({
  ...{ id: token.id, label: token.label, product: token.product },
  ...(token.host !== undefined && { host: token.host }),
  identifiesBy: token.identifiesBy,
  ...{ createdAt: isoTime(token.createdAt), createdBy: token.createdBy },
  ...(token.expiresAt !== undefined && { expiresAt: isoTime(token.expiresAt) }),
  ...(token.lastUsedAt !== undefined && { lastUsedAt: isoTime(token.lastUsedAt) }),
  alerts: Object.entries(token.alerts ?? {})
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, at]) => ({ kind, at: isoTime(at) })),
})

const exactTime = (ms: number) => new Date(ms).toISOString()

/** An id begins with its time. */
const askedAtMs = ({ id }: Receipt) => Number.parseInt(id.slice(4, 16), 16)

export const receiptOutput = (receipt: Receipt) => ({
  ...{ id: receipt.id, at: exactTime(askedAtMs(receipt)) },
  ...(receipt.userId && { user: receipt.userId }),
  ...(receipt.product !== undefined && { product: receipt.product }),
  ...(receipt.host !== undefined && { host: receipt.host }),
  ...(receipt.issuedAtMs !== undefined && { issuedAt: exactTime(receipt.issuedAtMs) }),
  ...(receipt.arrivedAtMs !== undefined && { arrivedAt: exactTime(receipt.arrivedAtMs) }),
  ...(receipt.redeemedAtMs !== undefined && { redeemedAt: exactTime(receipt.redeemedAtMs) }),
  refusals: receipt.refusals ?? 0,
  ...(receipt.lastCause && { lastCause: receipt.lastCause }),
})

type Counted = { fromMs: number; toMs: number }

export function figuresOutput({ receipts, isComplete }: Recent, { fromMs, toMs }: Counted) {
  const { toArrival, toRedeem, ...figures } = figuresOf(receipts)
  const oldest = receipts.at(-1)
  const beginMs = isComplete || !oldest ? fromMs : askedAtMs(oldest)
  const advice = adviceOf(receipts, toMs)
  return {
    ...{ from: exactTime(beginMs), to: exactTime(toMs), isComplete },
    ...figures,
    ...(toArrival && { toArrivalMs: toArrival }),
    ...(toRedeem && { toRedeemMs: toRedeem }),
    advice: advice.map((code) => ({ code, text: adviceTexts[code] })),
  }
}
