import type { DomainClaim } from '../domains/types.ts'
import type { OrgId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import { fromItem } from './dynamo-item.ts'

/** The items of a domain (docs/storage.md). */

const DAY = 24 * 3600

/** A claim in its organization's list. */
export const claimItem = (claim: DomainClaim) => ({
  ...directoryKeys.claim(claim.orgId, claim.domain),
  ...claim,
})

/** Makes the domain this organization's. */
export const markerItem = ({ domain, orgId, verifiedAt }: DomainClaim) => ({
  ...directoryKeys.domain(domain),
  domain,
  orgId,
  verifiedAt,
})

/** The first look comes a day after the proof. */
export const scheduleItem = ({ domain, orgId, verifiedAt = 0 }: DomainClaim) => ({
  ...directoryKeys.scheduledDomain(domain),
  domain,
  orgId,
  dueAt: verifiedAt + DAY,
})

/** What is left of a claim that was released, for its event to ride on. */
export const tombstone = ({ domain, orgId, state, rev }: DomainClaim, releasedAt: number) => ({
  ...directoryKeys.claim(orgId, domain),
  domain,
  orgId,
  state: 'released',
  formerState: state,
  rev: rev + 1,
  expiresAt: releasedAt + DAY,
})

type Stored = { pk: unknown; sk: unknown; evt: unknown; mail: unknown }
type StoredClaim = Stored &
  Omit<DomainClaim, 'state'> & { state: DomainClaim['state'] | 'released' }

/** A claim as it was written; undefined: there is none, or it was released. */
export function claimOf(item: object | undefined): DomainClaim | undefined {
  if (!item) return undefined
  const { pk: _, sk: __, evt: ___, mail: ____, state, ...claim } = item as StoredClaim
  return state === 'released' ? undefined : { ...claim, state }
}

export const claimOfAttributes = (item: Parameters<typeof fromItem>[0]) =>
  claimOf(fromItem<object>(item))

/** An organization's list of claims. */
export const claimsOf = (orgId: OrgId) => `domains#${orgId}`
