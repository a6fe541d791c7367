import { ok, type Result } from '../result.ts'
import type { ClaimTarget } from './change-claim.ts'
import { type DomainRefusal, refused } from './errors.ts'
import type { DomainStore } from './ports.ts'
import type { DomainClaim } from './types.ts'

type Store = Pick<DomainStore, 'find' | 'findDependants' | 'release'>

type Asked = {
  /** The domain, once more. */
  confirmation?: string | undefined
  /** Whether the people who have addresses in it are given up to whoever proves it next. */
  handsOver: boolean
}

const MAX_ATTEMPTS = 4

/**
 * Gives a domain up (R5). A claim just goes; one that is verified is confirmed by its name, and stays
 * as long as active people have addresses in it, unless the admin hands them over.
 */
export async function releaseDomain(
  store: Store,
  { orgId, domain, act }: ClaimTarget,
  asked: Asked,
): Promise<Result<undefined, DomainRefusal>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const claim = await store.find(orgId, domain)
    if (!claim) return refused('domain_unknown')
    const refusal = await whyKept(store, claim, asked)
    if (refusal) return refusal
    const error = await store.release(claim, act)
    if (error === undefined) return ok(undefined)
    if (error !== 'changed_meanwhile') return refused(error)
  }
  throw new Error('the claim changes all the time')
}

async function whyKept(
  store: Store,
  { orgId, domain, state }: DomainClaim,
  { confirmation, handsOver }: Asked,
) {
  if (state !== 'verified') return undefined
  if (confirmation !== domain) return refused('domain_confirmation_wrong')
  if (handsOver) return undefined
  const dependants = await store.findDependants(orgId, domain)
  return dependants && refused('domain_in_use', { dependants })
}
