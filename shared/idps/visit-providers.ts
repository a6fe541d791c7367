import { log } from '../log.ts'
import { visitDue } from '../schedule/visit-due.ts'
import { type VisitPorts, visitProvider } from './visit-provider.ts'

type Run = {
  /** Epoch seconds; asked at each visit, as a run takes minutes. */
  now: () => number
  hasTime: () => boolean
}

/** How many providers are read at once. */
const AT_ONCE = 5

const ACTOR = 'schedule:metadata-refresh'

/** Visits all providers that are due, the longest due first. */
export async function visitProviders(
  ports: VisitPorts,
  { now, hasTime }: Run,
): Promise<Record<'due' | 'visited' | 'refused', number>> {
  const due = await ports.store.listDue(now())
  const counts = { due: due.length, visited: 0, refused: 0 }
  await visitDue(due, {
    atOnce: AT_ONCE,
    hasTime,
    async visit(provider) {
      const visited = await visitProvider(ports, provider, { actor: ACTOR, at: now() })
      counts.visited++
      if (visited === 'refused') counts.refused++
      if (visited !== 'done') log.warn('provider_not_refreshed', { idpId: provider.id, visited })
    },
    onError: (error, { id }) => log.error('provider_visit_failed', error, { idpId: id }),
  })
  return counts
}
