import { isDomainName } from '#shared/domains/judge-name.ts'
import type { Contract } from '#shared/http/contract.ts'
import { Domain, DomainList } from './answers.ts'
import { CheckBody, ClaimBody, ListQuery, ReleaseQuery } from './schema.ts'

const ids = { domain: [isDomainName, 'domain_unknown'] } as const

export const contract = {
  'GET /orgs/{organization}/domains': {
    summary: 'List the domains of an organization, claimed and verified',
    roles: ['admin', 'reader'],
    query: ListQuery,
    answers: { 200: DomainList },
  },
  'POST /orgs/{organization}/domains': {
    summary: 'Claim a domain: the answer says what proves it, by DNS or by a file',
    roles: ['admin'],
    body: ClaimBody,
    isRepeatable: true,
    answers: { 201: Domain },
    refusals: [
      'organization_unknown',
      'domain_malformed',
      'domain_public_suffix',
      'domain_consumer',
      'domain_claimed',
      'too_many_domains',
    ],
  },
  'GET /orgs/{organization}/domains/{domain}': {
    summary: 'Show a domain: what proves it, how long there is for it, what was found last',
    roles: ['admin', 'reader'],
    ids,
    answers: { 200: Domain },
  },
  'POST /orgs/{organization}/domains/{domain}/check': {
    summary: 'Look for the proof of a domain now, and verify it where it is found',
    roles: ['admin'],
    ids,
    body: CheckBody,
    answers: { 200: Domain },
    refusals: [
      'organization_unknown',
      'claim_expired',
      'domain_lapsed',
      'domain_unavailable',
      'too_many_checks',
      'changed_meanwhile',
    ],
  },
  'POST /orgs/{organization}/domains/{domain}/renew': {
    summary: 'Give a claim that has expired, or a domain that has lapsed, another code',
    roles: ['admin'],
    ids,
    answers: { 200: Domain },
    refusals: ['claim_running', 'domain_verified'],
  },
  'DELETE /orgs/{organization}/domains/{domain}': {
    summary: 'Give up a claim, or release a verified domain, which its name confirms',
    roles: ['admin'],
    ids,
    query: ReleaseQuery,
    answers: { 204: null },
    refusals: ['organization_unknown', 'domain_confirmation_wrong', 'domain_in_use'],
  },
} as const satisfies Contract
