import type { Act } from '../idps/ports.ts'
import { lookForProof, type ProofPorts } from './look-for-proof.ts'
import { planRecheck } from './plan-recheck.ts'
import type { DueDomain, RecheckStore } from './ports.ts'

export type RecheckPorts = ProofPorts & { store: RecheckStore }

/**
 * How a visit ended. `released`: the domain is not verified any more, and out of the schedule.
 * `overtaken`: it was changed meanwhile, and is visited again.
 */
type Visit = 'there' | 'gone' | 'unknown' | 'vouched' | 'released' | 'overtaken'

/** Looks whether a verified domain's proof is still there (R4). The next date is the last write. */
export async function recheckDomain(ports: RecheckPorts, due: DueDomain, act: Act): Promise<Visit> {
  const { store } = ports
  const claim = await store.find(due.orgId, due.domain)
  if (claim?.state !== 'verified') {
    await store.unschedule(due)
    return 'released'
  }
  const check = { at: act.at, ...(await lookForProof(ports, claim, ['dns', 'file'])) }
  const { change, dueAt, verdict } = planRecheck(claim, check)
  const changed = change && (await store.change(claim, change, act))
  if (changed?.ok === false) return 'overtaken'
  await store.postpone(due, dueAt)
  return verdict
}
