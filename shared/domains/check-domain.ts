import { type CallCounter, secondsToWait } from '../admin/rate-limit.ts'
import { ok, type Result } from '../result.ts'
import { type ClaimTarget, changeClaim } from './change-claim.ts'
import { type DomainRefusal, refused } from './errors.ts'
import { lookForProof, methodFound, type ProofPorts } from './look-for-proof.ts'
import type { ClaimChange, DomainStore } from './ports.ts'
import { type DomainClaim, type ProofCheck, type ProofMethod, stateOf } from './types.ts'

export type CheckPorts = ProofPorts & {
  store: Pick<DomainStore, 'find' | 'change'>
  calls: CallCounter
}

/** Checks of one organization in an hour: each makes us ask somebody else's servers. */
export const CHECKS_AN_HOUR = 30
const CHECKS = { most: CHECKS_AN_HOUR, seconds: 3600 }

/**
 * Looks for the proof of a domain and keeps what was found. Found, a pending claim is verified, if
 * its code is still good and the domain is nobody else's; a verified one whose record was missing is
 * as before (R2, R3).
 */
export async function checkDomain(
  ports: CheckPorts,
  target: ClaimTarget,
  methods: readonly ProofMethod[],
): Promise<Result<DomainClaim, DomainRefusal>> {
  const { orgId, domain, act } = target
  const claim = await ports.store.find(orgId, domain)
  if (!claim) return refused('domain_unknown')
  const over = whyOver(claim, act.at)
  if (over) return refused(over)
  const retryAfter = await secondsToWait(ports.calls, `checks#${orgId}`, act.at, CHECKS)
  if (retryAfter !== undefined) return refused('too_many_checks', { retryAfter })
  const check = { at: act.at, ...(await lookForProof(ports, claim, methods)) }
  return changeClaim(ports.store, target, (now) => {
    const isOver = whyOver(now, act.at)
    if (isOver) return refused(isOver)
    // What was looked for is not what would prove it now.
    if (now.code !== claim.code) return refused('changed_meanwhile')
    return ok(changeBy(now, check))
  })
}

function whyOver(claim: DomainClaim, now: number) {
  const state = stateOf(claim, now)
  if (state === 'expired') return 'claim_expired'
  return state === 'lapsed' ? 'domain_lapsed' : undefined
}

function changeBy(claim: DomainClaim, check: ProofCheck): ClaimChange {
  const method = methodFound(check)
  const checked = { ...claim, lastCheck: check }
  if (!method) return { claim: checked }
  if (claim.state === 'pending') {
    const { endsAt: _, ...proved } = checked
    const verified = { ...proved, state: 'verified', verifiedAt: check.at, method } as const
    return { claim: verified, event: 'verified' }
  }
  return claim.missingSince === undefined
    ? { claim: { ...checked, method } }
    : { claim: foundAgain(checked, method), event: 'record-found' }
}

/** A verified claim whose record is there again: nothing is left of its having been missing. */
export function foundAgain(claim: DomainClaim, method: ProofMethod): DomainClaim {
  const { missingSince: _, graceEndsAt: __, warnedDays: ___, ...rest } = claim
  return { ...rest, method }
}
