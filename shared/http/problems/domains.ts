import type { DomainCause } from '../../domains/errors.ts'
import type { ProblemAnswer } from '../refuse.ts'

type OwnCause = Exclude<DomainCause, 'changed_meanwhile' | 'key_reused' | 'organization_unknown'>

/** What calls about domains may answer, beside the general ones. */
export const domainProblems = {
  domain_malformed: { status: 422, title: 'This is no domain name' },
  domain_public_suffix: {
    status: 422,
    title: 'This is a public suffix, under which anybody can register names',
  },
  domain_consumer: {
    status: 422,
    title: 'This is a mail host where anybody can have an address, or a name below one',
  },
  domain_unknown: { status: 404, title: 'The organization has not claimed this domain' },
  domain_claimed: { status: 409, title: 'The organization has claimed this domain already' },
  too_many_domains: {
    status: 409,
    title: 'The organization has as many domains as it may have',
  },
  claim_expired: { status: 409, title: 'The claim has expired: renew it for another code' },
  claim_running: { status: 409, title: 'The claim has not expired: its code is good' },
  domain_lapsed: { status: 409, title: 'The domain has lapsed: renew its claim for another code' },
  domain_verified: { status: 409, title: 'The domain is verified already' },
  domain_unavailable: { status: 409, title: 'The domain cannot be verified for this organization' },
  domain_in_use: { status: 409, title: 'Active people have addresses in this domain' },
  domain_confirmation_wrong: { status: 422, title: 'The confirmation is not the domain' },
  too_many_checks: { status: 429, title: 'Too many checks: wait as long as Retry-After says' },
} as const satisfies Record<OwnCause, ProblemAnswer>
