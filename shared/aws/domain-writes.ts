import type { ClaimChange } from '../domains/ports.ts'
import type { DomainClaim } from '../domains/types.ts'
import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import { claimItem, markerItem, scheduleItem, tombstone } from './claim-items.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import { condition, count, guarded, put, putNew, remove } from './item-writes.ts'
import { mail } from './mail-attribute.ts'
import { type DomainWrite, domainsWrites, type Owned } from './owner-writes.ts'

/** Most claims of one organization, proved or not. */
const MAX_DOMAINS = 100

type ClaimWrite = DomainWrite<'changed_meanwhile'>
type OwnerWrite = DomainWrite<'changed_meanwhile' | 'owner_changed'>

/** There is no claim, or one that was released. */
export const isFree = {
  condition: 'attribute_not_exists(pk) OR #state = :gone',
  values: { gone: 'released' },
}

/** All that comes to exist with a claim; a released one may have been there before. */
export function creationWrites(table: string, claim: DomainClaim, { at, actor }: Act) {
  const { orgId } = claim
  const organization = condition(table, {
    key: directoryKeys.organization(orgId),
    condition: '#orgId = :orgId',
    values: { orgId },
  })
  const item = { ...claimItem(claim), evt: evt('latchkey.domain.claimed.v1', at, actor) }
  return [
    { write: { ConditionCheck: organization }, failure: 'organization_unknown' as const },
    { write: guarded(table, item, isFree), failure: 'domain_claimed' as const },
    { write: countClaims(table, orgId, 1), failure: 'too_many_domains' as const },
  ]
}

/** The claim itself, with its event and what administrators are written. */
export function claimWrite(
  table: string,
  before: DomainClaim,
  { claim, event, mail: kind }: ClaimChange,
  { at, actor }: Act,
): ClaimWrite {
  const item = {
    ...claimItem({ ...claim, rev: before.rev + 1 }),
    ...(event && { evt: evt(`latchkey.domain.${event}.v1`, at, actor) }),
    ...(kind && { mail: mail(kind, at) }),
  }
  return { write: guarded(table, item, unchanged(before)), failure: 'changed_meanwhile' }
}

/** The claim goes; its tombstone carries the event. */
export function releaseWrites(table: string, before: DomainClaim, act: Act): ClaimWrite[] {
  const stone = {
    ...tombstone(before, act.at),
    evt: evt('latchkey.domain.released.v1', act.at, act.actor),
  }
  const failure = 'changed_meanwhile'
  return [
    { write: guarded(table, stone, unchanged(before)), failure },
    { write: countClaims(table, before.orgId, -1), failure },
  ]
}

/** The domain comes to be the organization's: it may be nobody's yet. */
export const gainWrites = (
  table: string,
  claim: DomainClaim,
  owned: Owned,
): (OwnerWrite | DomainWrite<'domain_unavailable'>)[] => [
  { write: putNew(table, markerItem(claim)), failure: 'domain_unavailable' },
  { write: put(table, scheduleItem(claim)), failure: 'changed_meanwhile' },
  ...domainsWrites(table, owned, { added: [claim.domain] }),
]

/** The domain is nobody's any more. */
export function loseWrites(
  table: string,
  { domain, orgId }: DomainClaim,
  owned: Owned,
): OwnerWrite[] {
  const failure = 'changed_meanwhile'
  const marker = condition(table, {
    key: directoryKeys.domain(domain),
    condition: 'attribute_not_exists(pk) OR #orgId = :orgId',
    values: { orgId },
  })
  return [
    { write: { Delete: marker }, failure },
    { write: remove(table, directoryKeys.scheduledDomain(domain)), failure },
    ...domainsWrites(table, owned, { removed: domain }),
  ]
}

export const countClaims = (table: string, orgId: OrgId, by: number) =>
  count(table, { key: directoryKeys.claimCount(orgId), by, most: MAX_DOMAINS })

const unchanged = ({ rev }: DomainClaim) => ({ condition: '#rev = :rev', values: { rev } })
