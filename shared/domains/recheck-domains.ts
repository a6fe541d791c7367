import { log } from '../log.ts'
import { visitDue } from '../schedule/visit-due.ts'
import { type RecheckPorts, recheckDomain } from './recheck-domain.ts'

type Run = {
  /** Epoch seconds; asked at each visit, as a run takes minutes. */
  now: () => number
  hasTime: () => boolean
}

/** How many domains are looked at at once. */
const AT_ONCE = 10

const ACTOR = 'schedule:domains-recheck'

/** Looks at all domains that are due, the longest due first (R4). */
export async function recheckDomains(
  ports: RecheckPorts,
  { now, hasTime }: Run,
): Promise<Record<'due' | 'visited' | 'gone' | 'unknown', number>> {
  const due = await ports.store.listDue(now())
  const counts = { due: due.length, visited: 0, gone: 0, unknown: 0 }
  await visitDue(due, {
    atOnce: AT_ONCE,
    hasTime,
    async visit(domain) {
      const visited = await recheckDomain(ports, domain, { actor: ACTOR, at: now() })
      counts.visited++
      if (visited === 'gone' || visited === 'unknown') counts[visited]++
    },
    onError: (error, { orgId }) => log.error('domain_recheck_failed', error, { orgId }),
  })
  return counts
}
