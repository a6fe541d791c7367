import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId } from '../ids.ts'
import { type Account, type AccountSettings, MAX_ACCOUNTS } from '../products/account.ts'
import type { Act, NewAccount } from '../products/account-ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { condition, putNew, update } from './item-writes.ts'

/** A write of an account's transaction, and what it means where its condition does not hold. */
type AccountWrite<Failure extends string> = { write: TransactWriteItem; failure: Failure }

const KEPT_SECONDS = 30 * 24 * 3600

/** All that comes to exist with an account. */
export const creationWrites = (table: string, { account, callHash }: NewAccount, act: Act) => [
  { write: requireOrganization(table, account.orgId), failure: 'organization_unknown' as const },
  {
    write: putNew(table, { ...accountItem(account, 'created', act), callHash }),
    failure: 'account_exists' as const,
  },
  { write: accountCount(table, account.orgId, 1), failure: 'too_many_accounts' as const },
  ...Object.entries(account.seats).flatMap(([product, seats]) =>
    addProduct(table, account, product, seats),
  ),
]

/** From one state of an account to the next, with the counts of its seats. */
export function changeWrites(
  table: string,
  before: Account,
  settings: AccountSettings,
  act: Act,
): AccountWrite<'changed_meanwhile' | 'seats_in_use' | 'product_unknown'>[] {
  const { name, reference, overAllocation, seats } = settings
  const event = evt('latchkey.account.updated.v1', act.at, act.actor)
  const Update = update(table, {
    key: directoryKeys.account(before.orgId, before.id),
    set: { name, reference, overAllocation, seats, evt: event },
    remove: reference === undefined ? ['reference'] : [],
    ...isRevision(before),
    increment: 'rev',
  })
  const products = new Set([...Object.keys(before.seats), ...Object.keys(seats)])
  return [
    { write: { Update }, failure: 'changed_meanwhile' },
    ...[...products].flatMap((product) => productWrites(table, { before, settings, product })),
  ]
}

/** All that goes with an account; its item stays a while for its event. */
export function removalWrites(
  table: string,
  account: Account,
  act: Act,
): AccountWrite<'changed_meanwhile' | 'seats_in_use'>[] {
  const Update = update(table, {
    key: directoryKeys.account(account.orgId, account.id),
    set: {
      state: 'removed',
      evt: evt('latchkey.account.removed.v1', act.at, act.actor),
      expiresAt: act.at + KEPT_SECONDS,
    },
    ...isRevision(account),
    increment: 'rev',
  })
  return [
    { write: { Update }, failure: 'changed_meanwhile' },
    { write: accountCount(table, account.orgId, -1), failure: 'changed_meanwhile' },
    ...Object.keys(account.seats).flatMap((product) => dropProduct(table, account, product)),
  ]
}

const accountItem = (account: Account, event: 'created', { at, actor }: Act) => {
  const { id: accountId, ...rest } = account
  return {
    ...directoryKeys.account(account.orgId, accountId),
    accountId,
    ...rest,
    evt: evt(`latchkey.account.${event}.v1`, at, actor),
  }
}

const isRevision = ({ rev }: Account) => ({
  condition: '#rev = :rev AND attribute_not_exists(#state)',
  values: { rev },
})

const requireOrganization = (table: string, orgId: OrgId): TransactWriteItem => ({
  ConditionCheck: condition(table, {
    key: directoryKeys.organization(orgId),
    condition: 'attribute_exists(#pk) AND attribute_not_exists(#state)',
    values: {},
  }),
})

function accountCount(table: string, orgId: OrgId, more: 1 | -1): TransactWriteItem {
  const isMore = more > 0
  return {
    Update: {
      TableName: table,
      Key: toItem(directoryKeys.accountCount(orgId)),
      UpdateExpression: 'ADD #count :more',
      ...(isMore && { ConditionExpression: 'attribute_not_exists(#count) OR #count < :max' }),
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: toItem({ ':more': more, ...(isMore && { ':max': MAX_ACCOUNTS }) }),
    },
  }
}

type ProductChange = { before: Account; settings: AccountSettings; product: string }

function productWrites(
  table: string,
  { before, settings, product }: ProductChange,
): AccountWrite<'seats_in_use' | 'product_unknown'>[] {
  const seats = settings.seats[product]
  const former = before.seats[product]
  if (seats === former) return []
  if (seats === undefined) return dropProduct(table, before, product)
  if (former === undefined) return addProduct(table, before, product, seats)
  const Update = update(table, {
    key: directoryKeys.seats(before.orgId, before.id, product),
    set: { seats },
    condition: '#used <= :enough',
    values: { enough: seats },
  })
  return [{ write: { Update }, failure: 'seats_in_use' as const }]
}

const addProduct = (table: string, account: Account, product: string, seats: number) => {
  const { orgId, id: accountId } = account
  const count = { orgId, accountId, product, seats, used: 0, waiting: 0 }
  return [
    {
      write: putNew(table, { ...directoryKeys.seats(orgId, accountId, product), ...count }),
      failure: 'product_unknown' as const, // it cannot be there: the account's revision is checked
    },
    { write: productUse(table, product, 1), failure: 'product_unknown' as const },
  ]
}

const dropProduct = (table: string, { orgId, id }: Account, product: string) => {
  const Delete = condition(table, {
    key: directoryKeys.seats(orgId, id, product),
    condition: '#used = :none AND #waiting = :none',
    values: { none: 0 },
  })
  return [
    { write: { Delete }, failure: 'seats_in_use' as const },
    { write: productUse(table, product, -1), failure: 'seats_in_use' as const },
  ]
}

/** How many accounts have seats of a product: one that is used is not removed. */
export function productUse(table: string, product: string, more: 1 | -1): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: toItem(directoryKeys.productUse(product)),
      UpdateExpression: 'ADD #accounts :more',
      ...(more > 0 && { ConditionExpression: 'attribute_not_exists(#removedAt)' }),
      ExpressionAttributeNames: {
        '#accounts': 'accounts',
        ...(more > 0 && { '#removedAt': 'removedAt' }),
      },
      ExpressionAttributeValues: toItem({ ':more': more }),
    },
  }
}
