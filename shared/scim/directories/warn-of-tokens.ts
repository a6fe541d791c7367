import { log } from '../../log.ts'
import { visitDue } from '../../schedule/visit-due.ts'
import type { Act } from '../../users/ports.ts'
import type { DueToken, TokenWatchStore } from './ports.ts'
import { daysLeft, dueWarning, nextWarningAt } from './token-expiry.ts'

type Run = {
  /** Epoch seconds; asked at each visit, as a run takes minutes. */
  now: () => number
  hasTime: () => boolean
}

/** How many tokens are looked at at once. */
const AT_ONCE = 10

const ACTOR = 'schedule:scim-tokens-watch'

/** Warns of all tokens that end in 30, 7 or 1 days, the longest due first. */
export async function warnOfTokens(
  store: TokenWatchStore,
  { now, hasTime }: Run,
): Promise<Record<'due' | 'visited' | 'warned', number>> {
  const due = await store.listDue(now())
  const counts = { due: due.length, visited: 0, warned: 0 }
  await visitDue(due, {
    atOnce: AT_ONCE,
    hasTime,
    async visit(token) {
      const visited = await warnOfToken(store, token, { actor: ACTOR, at: now() })
      counts.visited++
      if (visited === 'warned') counts.warned++
    },
    onError: (error, { directoryId }) => log.error('token_watch_failed', error, { directoryId }),
  })
  return counts
}

/**
 * How a visit ended. `over`: the token is good no longer. `overtaken`: it was changed meanwhile, and
 * is visited again.
 */
type Visit = 'warned' | 'early' | 'over' | 'overtaken'

async function warnOfToken(store: TokenWatchStore, due: DueToken, act: Act): Promise<Visit> {
  const found = await store.find(due)
  if (!found || found.token.expiresAt <= act.at) {
    await store.unschedule(due)
    return 'over'
  }
  const { token } = found
  const nextAt = nextWarningAt(token, act.at)
  const days = dueWarning(token, act.at)
  if (days !== undefined) {
    const warning = { days, daysLeft: daysLeft(token, act.at), nextAt, due }
    return (await store.warn(found, warning, act)) ? 'overtaken' : 'warned'
  }
  await (nextAt === undefined ? store.unschedule(due) : store.postpone(due, nextAt))
  return 'early'
}
