/** Why what an admin asks about a domain is not done. */
export type DomainCause =
  | NameCause
  | 'organization_unknown'
  | 'domain_unknown'
  | 'domain_claimed'
  | 'too_many_domains'
  | 'claim_expired'
  | 'claim_running'
  | 'domain_lapsed'
  | 'domain_verified'
  | 'domain_unavailable'
  | 'domain_in_use'
  | 'domain_confirmation_wrong'
  | 'too_many_checks'
  | 'changed_meanwhile'
  | 'key_reused'

/** Why a name cannot be claimed by anybody. */
export type NameCause = 'domain_malformed' | 'domain_public_suffix' | 'domain_consumer'

/** Who stands in the way of a release: active people with addresses in the domain. */
export type Dependants = {
  /** How many were found. */
  count: number
  /** Whether there are more: people are not counted without end. */
  hasMore: boolean
  /** Ten at most. */
  userIds: readonly string[]
}

export type DomainRefusal = {
  cause: DomainCause
  /** With `domain_in_use`. */
  dependants?: Dependants
  /** Seconds, with `too_many_checks`. */
  retryAfter?: number
}

/** A refusal as a failed Result. */
export const refused = (
  cause: DomainCause,
  details: Omit<DomainRefusal, 'cause'> = {},
): { ok: false; error: DomainRefusal } => ({ ok: false, error: { cause, ...details } })
