import { domainToASCII } from 'node:url'
import providers from 'email-providers/all.json' with { type: 'json' }
import { parse } from 'tldts'
import type { NameCause } from './errors.ts'

/** Mail hosts where anybody gets an address, lower case, as DNS spells them. */
const consumerDomains = new Set((providers as string[]).map((name) => domainToASCII(name)))

/**
 * Whether a name of the form of a domain can belong to one organization: no public suffix, under
 * which anybody registers names (the Public Suffix List, with its private part, such as github.io),
 * and no consumer mail domain, nor any name below one (R3).
 */
export function listedCause(domain: string): NameCause | undefined {
  const { domain: registrable } = parse(domain, { allowPrivateDomains: true })
  if (registrable === null) return 'domain_public_suffix'
  const parents = domain.slice(0, -registrable.length).split('.').slice(0, -1)
  const names = [registrable, ...parents.map((_, i) => domain.split('.').slice(i).join('.'))]
  return names.some((name) => consumerDomains.has(name)) ? 'domain_consumer' : undefined
}
