import { foundAgain } from './check-domain.ts'
import { methodFound } from './look-for-proof.ts'
import type { ClaimChange } from './ports.ts'
import type { DomainClaim, ProofCheck } from './types.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** How long a record may be missing before that has consequences (R4). */
export const GRACE_DAYS = 14

/** Days of grace that are left when administrators are told. */
const WARNED_AT = [GRACE_DAYS, 7, 1] as const

/** What a visit does: a change of the claim, if there is one, and when the next visit is. */
type Plan = { change?: ClaimChange; dueAt: number; verdict: Verdict }

/**
 * `unknown`: whoever was asked could not say, which starts nothing. `vouched`: there never was a
 * proof, so none can be missing.
 */
type Verdict = 'there' | 'gone' | 'unknown' | 'vouched'

/** What becomes of a verified domain by what was found (R4). Times are epoch seconds. */
export function planRecheck(claim: DomainClaim, check: ProofCheck): Plan {
  const { at } = check
  const verdict = verdictOf(claim, check)
  const dueAt = at + DAY
  switch (verdict) {
    case 'unknown':
      return { verdict, dueAt: at + HOUR }
    case 'vouched':
      return { verdict, dueAt }
    case 'there':
      return { verdict, dueAt, ...whenFound(claim, check) }
    case 'gone':
      return { verdict, ...whenGone({ ...claim, lastCheck: check }, at) }
    default:
      return verdict satisfies never
  }
}

/**
 * A proof in either place will do. It is gone where it was given and said to be not there; a web
 * server that cannot be reached does not keep alive what DNS has lost, but DNS must have been asked.
 */
function verdictOf({ method }: DomainClaim, check: ProofCheck): Verdict {
  if (methodFound(check)) return 'there'
  if (method === 'operator') return 'vouched'
  const { dns, file } = check
  if (!dns || dns.outcome === 'could_not_ask') return 'unknown'
  if (method === 'dns') return 'gone'
  return !file || file.outcome === 'could_not_ask' ? 'unknown' : 'gone'
}

function whenFound(claim: DomainClaim, check: ProofCheck): { change?: ClaimChange } {
  const method = methodFound(check)
  if (!method) return {}
  if (claim.method === 'operator') return { change: { claim: { ...claim, method } } }
  if (claim.missingSince === undefined) return {}
  const found = foundAgain({ ...claim, lastCheck: check }, method)
  return { change: { claim: found, event: 'record-found' } }
}

function whenGone(claim: DomainClaim, now: number): Omit<Plan, 'verdict'> {
  const { missingSince = now, graceEndsAt = now + GRACE_DAYS * DAY } = claim
  if (graceEndsAt <= now) return { change: lapsed(claim, now), dueAt: now }
  const dueAt = Math.min(now + DAY, graceEndsAt)
  const left = Math.ceil((graceEndsAt - now) / DAY)
  const warnedDays = WARNED_AT.findLast((days) => left <= days) ?? GRACE_DAYS
  if (claim.warnedDays !== undefined && claim.warnedDays <= warnedDays) return { dueAt }
  const missing = { ...claim, missingSince, graceEndsAt, warnedDays }
  return { change: { claim: missing, event: 'record-missing', mail: 'domain-missing' }, dueAt }
}

/** It proves nothing any more, but stays: a new code brings it back. */
function lapsed(claim: DomainClaim, now: number): ClaimChange {
  const { graceEndsAt: _, warnedDays: __, ...rest } = claim
  const gone = { ...rest, state: 'lapsed', lapsedAt: now } as const
  return { claim: gone, event: 'lapsed', mail: 'domain-lapsed' }
}
