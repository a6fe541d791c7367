import type { Act, Answered } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Dependants } from './errors.ts'
import type { DomainClaim } from './types.ts'

/** What happened to a domain, as its event says it. */
type DomainEvent = 'claimed' | 'verified' | 'record-missing' | 'record-found' | 'lapsed'

/** What its organization's administrators are written about it. */
type DomainMail = 'domain-missing' | 'domain-lapsed'

/** One change of a claim, written whole or not at all. */
export type ClaimChange = {
  claim: DomainClaim
  event?: DomainEvent
  mail?: DomainMail
}

/**
 * `changed_meanwhile`: it is not any more as it was read. `domain_unavailable`: the domain is
 * somebody's, and nothing is said of whose.
 */
export type ChangeError = 'changed_meanwhile' | 'domain_unavailable' | 'organization_unknown'

export type ClaimError =
  | 'organization_unknown'
  | 'domain_claimed'
  | 'too_many_domains'
  | 'already_answered'

export type DomainStore = {
  find(orgId: OrgId, domain: string): Promise<DomainClaim | undefined>
  /** In the order of their names, from behind one on. */
  list(
    orgId: OrgId,
    paging: { after?: string; limit: number },
  ): Promise<{ rows: readonly DomainClaim[]; next?: string }>
  claim(
    claim: DomainClaim,
    details: { answered?: Answered; act: Act },
  ): Promise<ClaimError | undefined>
  /**
   * Answers the claim as it is then. Where it comes to be verified, or ceases to be, the domain's
   * owner, the organization and its providers change with it.
   */
  change(
    before: DomainClaim,
    change: ClaimChange,
    act: Act,
  ): Promise<Result<DomainClaim, ChangeError>>
  /** Removes a claim, and all that it has as a verified one. */
  release(before: DomainClaim, act: Act): Promise<ChangeError | undefined>
  /** Active people with addresses in the domain; undefined: there are none. */
  findDependants(orgId: OrgId, domain: string): Promise<Dependants | undefined>
  findAnswer(keyHash: string, now: number): Promise<Answered | undefined>
}

/** A domain whose record should be looked at. */
export type DueDomain = { domain: string; orgId: OrgId; dueAt: number }

export type RecheckStore = Pick<DomainStore, 'find' | 'change'> & {
  /** Of all organizations, the longest due first. */
  listDue(now: number): Promise<readonly DueDomain[]>
  /** Says when it is due next; nothing, if it is not in the schedule any more. */
  postpone(due: DueDomain, dueAt: number): Promise<void>
  /** Takes it from the schedule, if it has not been put there anew. */
  unschedule(due: DueDomain): Promise<void>
}
