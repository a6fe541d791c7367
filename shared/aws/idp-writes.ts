import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { issuerKeysOf } from '../idps/issuers.ts'
import {
  type Act,
  MAX_PROVIDERS,
  type Notice,
  type ProviderEvent,
  type ProviderRecord,
} from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import {
  isSameStored,
  listItem,
  managementItem,
  providerItem,
  scheduleItem,
  tombstone,
} from './idp-items.ts'
import { condition, count, guarded, put, putNew, remove } from './item-writes.ts'

/** A write of a provider's transaction, and what it means where its condition does not hold. */
export type ProviderWrite<Failure extends string> = {
  write: TransactWriteItem
  failure: Failure
}

type Told = { event?: ProviderEvent; notice?: Notice; act: Act }

/** All that comes to exist with a provider. */
export function creationWrites(table: string, record: ProviderRecord, act: Act) {
  const { idp } = record
  return [
    ...providerWrites(table, undefined, record, { event: 'created', act }),
    { write: counted(table, idp.orgId, 1), failure: 'too_many_providers' as const },
  ]
}

/**
 * From one record, or none, to the next: what differs is written, copies that are stale go, and what
 * does not differ must still be as it was read.
 */
export function providerWrites(
  table: string,
  before: ProviderRecord | undefined,
  next: ProviderRecord,
  told: Told,
): ProviderWrite<'changed_meanwhile' | 'entity_id_taken'>[] {
  const failure = 'changed_meanwhile'
  const main = [
    { write: idpWrite(table, before, next, told), failure },
    { write: managementWrite(table, before, next, told), failure },
    {
      write: put(table, { ...directoryKeys.scheduledIdp(next.idp.id), ...scheduleItem(next) }),
      failure,
    },
  ] as const
  return told.event ? [...main, ...copyWrites(table, before, next)] : [...main]
}

/** All that goes with a provider; its tombstone carries the event. */
export function removalWrites(table: string, before: ProviderRecord, act: Act) {
  const { idp } = before
  const stone = {
    ...tombstone(before, act.at),
    evt: evt('latchkey.identity-provider.removed.v1', act.at, act.actor),
  }
  const gone = [
    directoryKeys.listedIdp(idp.orgId, idp.id),
    directoryKeys.scheduledIdp(idp.id),
    ...issuerKeysOf(idp).map(directoryKeys.issuer),
  ]
  return [
    guarded(table, stone, isRevision('rev', before.revisions.idp)),
    { Delete: unchangedManagement(table, before) },
    counted(table, idp.orgId, -1),
    ...gone.map((key) => remove(table, key)),
  ]
}

function idpWrite(
  table: string,
  before: ProviderRecord | undefined,
  next: ProviderRecord,
  { event, act }: Told,
): TransactWriteItem {
  const key = directoryKeys.idp(next.idp.id)
  if (!event) {
    const expected = isRevision('rev', next.revisions.idp)
    return { ConditionCheck: condition(table, { key, ...expected }) }
  }
  const item = {
    ...key,
    ...providerItem(next),
    evt: evt(`latchkey.identity-provider.${event}.v1`, act.at, act.actor),
  }
  return before
    ? guarded(table, item, isRevision('rev', before.revisions.idp))
    : putNew(table, item)
}

function managementWrite(
  table: string,
  before: ProviderRecord | undefined,
  next: ProviderRecord,
  { notice, act }: Told,
): TransactWriteItem {
  const key = directoryKeys.management(next.idp.id)
  const item = { ...key, ...managementItem(next), ...(notice && told(notice, act)) }
  if (!before) return putNew(table, item)
  const isSame = before.revisions.management === next.revisions.management
  if (isSame) return { ConditionCheck: unchangedManagement(table, before) }
  return guarded(table, item, isRevision('managementRev', before.revisions.management))
}

function told({ what, ...shown }: Notice, { at, actor }: Act) {
  return { ...shown, evt: evt(`latchkey.identity-provider.${what}.v1`, at, actor) }
}

function copyWrites(table: string, before: ProviderRecord | undefined, next: ProviderRecord) {
  const issuers = issuerKeysOf(next.idp)
  const stale = (before ? issuerKeysOf(before.idp) : []).filter((key) => !issuers.includes(key))
  const copies = issuers.map((issuer) => ({
    write: copyWrite(table, issuer, next),
    failure: 'entity_id_taken' as const,
  }))
  const isListed = before && isSameStored(listItem(before.idp), listItem(next.idp))
  const row = { ...directoryKeys.listedIdp(next.idp.orgId, next.idp.id), ...listItem(next.idp) }
  const others = [
    ...stale.map((key) => remove(table, directoryKeys.issuer(key))),
    ...(isListed ? [] : [put(table, row)]),
  ]
  return [...copies, ...others.map((write) => ({ write, failure: 'changed_meanwhile' as const }))]
}

/** An entity ID belongs to one provider at each of our identifiers: a response names no more. */
const copyWrite = (table: string, issuer: string, next: ProviderRecord) =>
  guarded(
    table,
    { ...directoryKeys.issuer(issuer), ...providerItem(next) },
    { condition: 'attribute_not_exists(pk) OR #idpId = :idp', values: { idp: next.idp.id } },
  )

const isRevision = (name: 'rev' | 'managementRev', revision: number) => ({
  condition: `#${name} = :revision`,
  values: { revision },
})

const unchangedManagement = (table: string, { idp, revisions }: ProviderRecord) =>
  condition(table, {
    key: directoryKeys.management(idp.id),
    ...isRevision('managementRev', revisions.management),
  })

const counted = (table: string, orgId: OrgId, by: 1 | -1) =>
  count(table, { key: directoryKeys.idpCount(orgId), by, most: MAX_PROVIDERS })
