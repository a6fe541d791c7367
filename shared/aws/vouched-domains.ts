import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { newCode } from '../domains/proof.ts'
import type { DomainClaim } from '../domains/types.ts'
import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import { claimItem, markerItem, scheduleItem } from './claim-items.ts'
import * as directoryKeys from './directory-keys.ts'
import { countClaims, isFree } from './domain-writes.ts'
import { readItems } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { guarded, put, putNew } from './item-writes.ts'
import { domainsWrites, writeOwned } from './owner-writes.ts'

/** Domains that an operator vouches for: they are verified without a proof. */

/** As many as leave room in a transaction for 20 providers with their copies. */
const PORTION = 12

/** The portions that are written at once. */
export const portionsOf = (domains: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(domains.length / PORTION) }, (_, i) =>
    domains.slice(i * PORTION, (i + 1) * PORTION),
  )

/** Whose each of them is. */
export async function ownersOf(table: string, domains: readonly string[]) {
  const keys = domains.map((domain) => directoryKeys.domain(domain))
  const markers = await readItems(keys.map((key) => ({ table, key })))
  return markers.map((marker) => (marker as { orgId: OrgId } | undefined)?.orgId)
}

/** All that comes to exist with these domains, but for what holds copies of them. */
export function vouchedWrites(
  table: string,
  orgId: OrgId,
  domains: readonly string[],
  act: Act,
): TransactWriteItem[] {
  const count = domains.length > 0 ? [countClaims(table, orgId, domains.length)] : []
  return [...domains.flatMap((domain) => vouched(table, orgId, domain, act)), ...count]
}

function vouched(table: string, orgId: OrgId, domain: string, { at, actor }: Act) {
  const { code } = newCode(at)
  const claim: DomainClaim = {
    ...{ domain, orgId, state: 'verified', code, createdAt: at },
    ...{ verifiedAt: at, method: 'operator', rev: 1 },
  }
  const item = { ...claimItem(claim), evt: evt('latchkey.domain.verified.v1', at, actor) }
  return [
    putNew(table, markerItem(claim)),
    guarded(table, item, isFree),
    put(table, scheduleItem(claim)),
  ]
}

/** Gives an organization that is there more domains. */
export const addVouched = (table: string, orgId: OrgId, domains: readonly string[], act: Act) =>
  writeOwned(table, orgId, (owned) => [
    ...vouchedWrites(table, orgId, domains, act).map((write) => ({
      write,
      failure: 'domain_taken' as const,
    })),
    ...domainsWrites(table, owned, { added: domains }),
  ])
