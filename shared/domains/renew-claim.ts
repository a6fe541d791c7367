import { ok, type Result } from '../result.ts'
import { type ClaimTarget, changeClaim } from './change-claim.ts'
import { type DomainRefusal, refused } from './errors.ts'
import type { DomainStore } from './ports.ts'
import { newCode } from './proof.ts'
import { type DomainClaim, stateOf } from './types.ts'

/**
 * Gives a claim that is over, expired or lapsed, another window with another code: the old one is
 * never accepted again (R2). One that runs keeps its code, so a call that comes twice changes nothing.
 */
export const renewClaim = (
  store: Pick<DomainStore, 'find' | 'change'>,
  target: ClaimTarget,
): Promise<Result<DomainClaim, DomainRefusal>> =>
  changeClaim(store, target, (claim) => {
    const { at } = target.act
    const state = stateOf(claim, at)
    if (state === 'verified') return refused('domain_verified')
    if (state === 'pending') return refused('claim_running')
    const { domain, orgId, createdAt, rev } = claim
    const renewed = { domain, orgId, state: 'pending', createdAt, rev, ...newCode(at) } as const
    return ok({ claim: renewed, event: 'claimed' })
  })
