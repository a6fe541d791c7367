import type { DirectoryId } from '../ids.ts'
import { toSeconds } from '../time.ts'
import { type Authenticated, isExpired } from './authenticate.ts'

/** A token as it was presented, and where. */
type Presented = { secretHash: string; directory: DirectoryId }

type Known = { authenticated: Authenticated; atMs: number }

const FRESH_MS = 5000
/**
 * So long after a directory was closed nobody can bring anything to it any more: what was let pass five
 * seconds ago may go on for ten, until Lambda ends it, and clocks count whole seconds.
 */
export const SETTLED_SECONDS = 20
/** An environment serves few directories; whoever comes with new tokens all the time gets no room. */
const MOST = 500

/**
 * What an execution environment remembers of callers that it has let pass, and of those that have
 * to wait. A directory that was paused, or a token that was revoked, may be unknown to it for five
 * seconds.
 */
export function warmCallers() {
  const known = new Map<string, Known>()
  const waiting = new Map<string, number>()
  const keyOf = ({ secretHash, directory }: Presented) => `${directory} ${secretHash}`
  return {
    find(presented: Presented, nowMs: number): Authenticated | undefined {
      const found = known.get(keyOf(presented))
      const age = nowMs - (found?.atMs ?? 0)
      if (!found || age < 0 || age > FRESH_MS) return undefined
      const { authenticated } = found
      return isExpired(authenticated.token, toSeconds(nowMs)) ? undefined : authenticated
    },

    keep(presented: Presented, authenticated: Authenticated, nowMs: number): void {
      if (known.size >= MOST) known.clear()
      known.set(keyOf(presented), { authenticated, atMs: nowMs })
    },

    /** Seconds that are left of what a count has told; undefined: it told nothing. */
    secondsToWait(presented: Presented, now: number): number | undefined {
      const until = waiting.get(keyOf(presented)) ?? 0
      return until > now ? until - now : undefined
    },

    /** @param wait seconds; undefined: none */
    told(presented: Presented, now: number, wait: number | undefined): void {
      if (wait === undefined) return
      if (waiting.size >= MOST) waiting.clear()
      waiting.set(keyOf(presented), now + wait)
    },
  }
}
