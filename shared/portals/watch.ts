import type { OrgId, SsoTokenId } from '../ids.ts'
import { log } from '../log.ts'
import { visitDue } from '../schedule/visit-due.ts'
import { toSeconds } from '../time.ts'
import type { AlertStore } from './alerts.ts'
import { isOddRatio } from './figures.ts'
import type { ReceiptReader } from './receipts.ts'

/** An SSO token in the schedule; epoch seconds. */
export type DueSsoToken = { ssoTokenId: SsoTokenId; orgId: OrgId; dueAt: number }

export type WatchPorts = {
  schedule: {
    /** Of all organizations, the longest due first. */
    listDue(now: number): Promise<readonly DueSsoToken[]>
    /** Says when it is due next; nothing, if it is not in the schedule any more. */
    postpone(due: DueSsoToken, dueAt: number): Promise<void>
  }
  receipts: Pick<ReceiptReader, 'recent'>
  alerts: AlertStore
}

type Run = {
  /** Epoch milliseconds; asked at each visit, as a run takes minutes. */
  nowMs: () => number
  hasTime: () => boolean
}

const ACTOR = 'schedule:sso-tokens-watch'

/** How many are looked at at once. */
const AT_ONCE = 10

/** What is looked at, and how much of it at most: the newest. */
const WINDOW_MS = 3_600_000
const MOST = 5000

/** A little less than the hour of the schedule: whoever was late in one run is due at the next. */
const LOOK_EVERY_SECONDS = 50 * 60

/** When an SSO token is looked at next. */
export const nextLookAt = (now: number) => now + LOOK_EVERY_SECONDS

/**
 * Looks at what became of the login tokens of the last hour, and tells where most were not redeemed.
 * Whom there was no time for is the first of the next run.
 */
export async function watchSsoTokens(
  { schedule, receipts, alerts }: WatchPorts,
  { nowMs, hasTime }: Run,
): Promise<Record<'due' | 'visited' | 'raised', number>> {
  const due = await schedule.listDue(toSeconds(nowMs()))
  const counts = { due: due.length, visited: 0, raised: 0 }
  await visitDue(due, {
    atOnce: AT_ONCE,
    hasTime,
    async visit(one) {
      const toMs = nowMs()
      const at = toSeconds(toMs)
      const time = { fromMs: toMs - WINDOW_MS, toMs, most: MOST }
      const recent = await receipts.recent(one.ssoTokenId, time)
      if (isOddRatio(recent.receipts, toMs)) {
        const ssoToken = { orgId: one.orgId, id: one.ssoTokenId }
        const isNews = await alerts.raise(ssoToken, 'odd_ratio', { at, actor: ACTOR })
        if (isNews) counts.raised++
      }
      await schedule.postpone(one, nextLookAt(at))
      counts.visited++
    },
    onError: (error, { ssoTokenId }) => log.error('sso_token_watch_failed', error, { ssoTokenId }),
  })
  return counts
}
