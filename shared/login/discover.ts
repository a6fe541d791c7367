import type { IdpId } from '../ids.ts'
import { emailDomain } from '../users/email.ts'

/** An active provider of the organization that owns a domain. */
export type Candidate = {
  id: IdpId
  name: string
  /** Domains whose people are sent to it; absent or empty: all. */
  routedDomains?: readonly string[]
}

export type DiscoveryStore = {
  /**
   * The active providers of the organization that has proved this domain; none for any other domain.
   * It takes as many reads for the one as for the other.
   */
  findProviders(domain: string): Promise<readonly Candidate[]>
}

/** What a sign-in asks for besides, handed on as it is and checked where it is used. */
export type Wanted = { product?: string | undefined; target?: string | undefined }

/**
 * Where the person with this address goes on: the same form for every address, as nothing has been
 * looked up yet, and without the address itself, as addresses do not belong into logs (R17).
 *
 * @returns undefined if it is no address
 */
export function discoveryUrl(publicUrl: string, email: string, wanted: Wanted): string | undefined {
  const domain = emailDomain(email.trim())
  if (domain === undefined) return undefined
  return withWanted(new URL(`${publicUrl}/login/start?domain=${domain}`), wanted)
}

/**
 * The providers that people of a domain sign in by: those that it is routed to, or else those that
 * take everybody. Several: the person chooses.
 */
export async function discoverProviders(
  store: DiscoveryStore,
  domain: string,
): Promise<readonly Candidate[]> {
  const candidates = await store.findProviders(domain)
  const routed = candidates.filter(({ routedDomains }) => routedDomains?.includes(domain))
  return routed.length > 0 ? routed : candidates.filter(takesEverybody)
}

const takesEverybody = ({ routedDomains = [] }: Candidate) => routedDomains.length === 0

/** Where a sign-in at this provider begins. */
export const loginUrl = (publicUrl: string, idpId: IdpId, wanted: Wanted) =>
  withWanted(new URL(`${publicUrl}/saml/idps/${idpId}/login`), wanted)

function withWanted(url: URL, { product, target }: Wanted): string {
  if (product !== undefined) url.searchParams.set('product', product)
  if (target !== undefined) url.searchParams.set('target', target)
  return url.href
}
