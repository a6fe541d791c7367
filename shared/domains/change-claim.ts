import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import type { Result } from '../result.ts'
import { type DomainRefusal, refused } from './errors.ts'
import type { ClaimChange, DomainStore } from './ports.ts'
import type { DomainClaim } from './types.ts'

/** Which claim, who changes it, and when. */
export type ClaimTarget = { orgId: OrgId; domain: string; act: Act }

/** What becomes of a claim. */
type Decide = (claim: DomainClaim) => Result<ClaimChange, DomainRefusal>

const MAX_ATTEMPTS = 4

/**
 * Changes a claim by what it is now; where somebody was faster, it is read and decided anew.
 *
 * @throws where somebody is faster again and again
 */
export async function changeClaim(
  store: Pick<DomainStore, 'find' | 'change'>,
  { orgId, domain, act }: ClaimTarget,
  decide: Decide,
): Promise<Result<DomainClaim, DomainRefusal>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const claim = await store.find(orgId, domain)
    if (!claim) return refused('domain_unknown')
    const decided = decide(claim)
    if (!decided.ok) return decided
    const changed = await store.change(claim, decided.value, act)
    if (changed.ok) return changed
    if (changed.error !== 'changed_meanwhile') return refused(changed.error)
  }
  throw new Error('the claim changes all the time')
}
