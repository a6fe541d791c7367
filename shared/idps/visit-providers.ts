import { log } from '../log.ts'
import type { DueProvider } from './ports.ts'
import { type VisitPorts, visitProvider } from './visit-provider.ts'

type Run = {
  /** Epoch seconds; asked at each visit, as a run takes minutes. */
  now: () => number
  /** False when no further visit should begin: what is left is still due at the next run. */
  hasTime: () => boolean
}

/** How many providers are read at once. */
const AT_ONCE = 5

/**
 * Visits all providers that are due, the longest due first. What goes wrong with one of them stops
 * no other; at the end, an error tells how many visits broke off.
 */
export async function visitProviders(
  ports: VisitPorts,
  { now, hasTime }: Run,
): Promise<Record<'due' | 'visited' | 'refused', number>> {
  const due = await ports.store.listDue(now())
  const waiting = due.values()
  const counts = { due: due.length, visited: 0, refused: 0 }
  let broken = 0

  async function visit(provider: DueProvider) {
    try {
      const visited = await visitProvider(ports, provider, { actor: ACTOR, at: now() })
      counts.visited++
      if (visited === 'refused') counts.refused++
      if (visited !== 'done') log.warn('provider_not_refreshed', { idpId: provider.id, visited })
    } catch (error) {
      broken++
      log.error('provider_visit_failed', error, { idpId: provider.id })
    }
  }

  async function work() {
    while (hasTime()) {
      const { value: provider, done } = waiting.next()
      if (done) return
      await visit(provider)
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (broken > 0) throw new Error(`${broken} of ${due.length} visits broke off`)
  return counts
}

const ACTOR = 'schedule:metadata-refresh'
