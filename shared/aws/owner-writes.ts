import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { issuerKeysOf } from '../idps/issuers.ts'
import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, OrgId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import { backOff, dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { identityProviderOf } from './entities.ts'
import { condition, update } from './item-writes.ts'
import { transact } from './transact.ts'

/** What holds copies of an organization's domains, as it was read. */
export type Owned = {
  orgId: OrgId
  domains: readonly string[]
  rev: number
  providers: readonly { idp: IdentityProvider; rev: number }[]
}

/** A write of a domain's transaction, and what it means where its condition does not hold. */
export type DomainWrite<Failure extends string> = { write: TransactWriteItem; failure: Failure }

type Revised = { rev: number }

/** Reads, strongly consistent, an organization and its providers; undefined: there is none. */
async function readOwned(table: string, orgId: OrgId): Promise<Owned | undefined> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :idp)',
      ExpressionAttributeValues: toItem({ ':pk': `idps#${orgId}`, ':idp': 'idp_' }),
      ProjectionExpression: 'idpId',
      ConsistentRead: true,
    }),
  )
  const keys = Items.map((item) => directoryKeys.idp(fromItem<{ idpId: IdpId }>(item).idpId))
  const [organization, ...items] = await readItems(
    [directoryKeys.organization(orgId), ...keys].map((key) => ({ table, key })),
  )
  if (!organization) return undefined
  const { domains = [], rev } = organization as Revised & { domains?: string[] }
  const providers = items.flatMap((item) => {
    const idp = identityProviderOf(item)
    return idp ? [{ idp, rev: (item as Revised).rev }] : []
  })
  return { orgId, domains, rev, providers }
}

/** What becomes of the domains of an organization, and so of its providers. */
type Change = { added: readonly string[] } | { removed: string }

/**
 * Gives an organization and its providers, each with its copies, more domains or one less. Whoever
 * writes one of them by what it was before is refused, and so is this where what it goes by, or the
 * number of providers, is another by now. Additions do not mind each other.
 */
export function domainsWrites(
  table: string,
  owned: Owned,
  change: Change,
): DomainWrite<'owner_changed'>[] {
  const { orgId, providers } = owned
  const organization = update(table, {
    key: directoryKeys.organization(orgId),
    increment: 'rev',
    ...organizationChange(owned, change),
  })
  const writes = [
    { Update: organization },
    { ConditionCheck: sameCount(table, orgId, providers.length) },
    ...providers.flatMap((provider) => providerWrites(table, provider, change)),
  ]
  return writes.map((write) => ({ write, failure: 'owner_changed' }))
}

function organizationChange({ orgId, domains, rev }: Owned, change: Change) {
  if ('removed' in change) {
    const set = { domains: domains.filter((domain) => domain !== change.removed) }
    return { set, condition: '#rev = :rev', values: { rev } }
  }
  const values = { orgId, first: change.added[0] }
  const condition = '#orgId = :orgId AND NOT contains(#domains, :first)'
  return { set: {}, append: { domains: change.added }, condition, values }
}

/** A provider that came to exist meanwhile would keep the domains of before. */
const sameCount = (table: string, orgId: OrgId, expected: number) =>
  condition(table, {
    key: directoryKeys.idpCount(orgId),
    condition:
      expected === 0 ? 'attribute_not_exists(#count) OR #count = :expected' : '#count = :expected',
    values: { expected },
  })

function providerWrites(
  table: string,
  provider: Owned['providers'][number],
  change: Change,
): TransactWriteItem[] {
  const { id } = provider.idp
  const changed = providerChange(provider, change)
  const copies = issuerKeysOf(provider.idp).map((issuer) => directoryKeys.issuer(issuer))
  const copied = { ...changed, condition: '#idpId = :id', values: { id } }
  return [
    { Update: update(table, { key: directoryKeys.idp(id), increment: 'rev', ...changed }) },
    ...copies.map((key) => ({ Update: update(table, { key, increment: 'rev', ...copied }) })),
  ]
}

/** Where its copies stand must be as it was read. */
function providerChange({ idp, rev }: Owned['providers'][number], change: Change) {
  if ('removed' in change) {
    const verifiedDomains = idp.verifiedDomains.filter((domain) => domain !== change.removed)
    return { set: { verifiedDomains }, condition: '#rev = :rev', values: { rev } }
  }
  const { entityId, identifiers, knownAs } = idp
  const values = { entityId, identifiers, ...(knownAs && { known: knownAs.identifiers }) }
  const known = knownAs ? '#knownAs.#identifiers = :known' : 'attribute_not_exists(#knownAs)'
  const condition = `#entityId = :entityId AND #identifiers = :identifiers AND ${known}`
  return { set: {}, append: { verifiedDomains: change.added }, condition, values }
}

const MAX_ATTEMPTS = 12

/**
 * Writes a change of an organization's domains, all or nothing. Where the organization or a provider
 * was changed meanwhile, both are read and written anew.
 */
export async function writeOwned<Failure extends string>(
  table: string,
  orgId: OrgId,
  writesFor: (owned: Owned) => readonly DomainWrite<Failure | 'owner_changed'>[],
): Promise<Failure | 'organization_unknown' | 'changed_meanwhile' | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const owned = await readOwned(table, orgId)
    if (!owned) return 'organization_unknown'
    const failure = await writeAll(writesFor(owned))
    if (failure !== 'owner_changed') return failure
    await backOff(attempt)
  }
  return 'changed_meanwhile'
}

/** Many domains of one organization may change at once; they meet in its item. */
const MAX_CONFLICTS = 12

/** Of several conditions that failed, the first in the list explains it. */
export async function writeAll<Failure extends string>(writes: readonly DomainWrite<Failure>[]) {
  const items = writes.map(({ write }) => write)
  const [failed] = await transact(items, MAX_CONFLICTS)
  return failed && writes[failed.index]?.failure
}
