import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { DirectoryId, GroupId } from '../ids.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { Document, ScimAct, ScimGroup } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, orChangedMeanwhile, put, remove } from './guarded-write.ts'
import { condition, guarded, putNew, update } from './item-writes.ts'
import { groupItem, namesOf } from './scim-group-items.ts'
import { scimKeys } from './scim-keys.ts'
import { resourceCountWrite } from './scim-resource-count.ts'
import { unfinishedItem } from './scim-unfinished.ts'

type GroupWrite = GuardedWrite<GroupWriteError>

const KEPT_SECONDS = 24 * 3600

/** A new group, without members. */
export function groupCreationWrites(table: string, group: ScimGroup, act: ScimAct): GroupWrite[] {
  const { directoryId, id, createdMs } = group
  const event = evt('latchkey.group.created.v1', toSeconds(act.nowMs), act.actor)
  return [
    orChangedMeanwhile(guarded(table, { ...groupItem(group), evt: event }, isFree)),
    ...nameWrites(table, group, {}, group.document),
    put(table, { ...scimKeys.listedGroup(directoryId, createdMs, id), groupId: id }),
    resourceCountWrite(table, 'g', group, 1),
  ]
}

/** Nobody has the id, or whoever had it is gone. */
const isFree = {
  condition: 'attribute_not_exists(#pk) OR attribute_exists(#deletedAt)',
  values: {},
}

/** What a write of a group does to its own item. */
export type GroupChange = {
  of: Pick<ScimGroup, 'directoryId' | 'id'>
  /** By how many its members change. */
  more: number
  /** Where its document changes; it must still be as it was read. */
  document?: { before: Document; next: Document }
  /** The version that it must still be at. */
  version?: number
  /** Nobody may be replacing its members. */
  isFree?: boolean
}

const LIVES = 'attribute_exists(#pk) AND attribute_not_exists(#deletedAt)'

/** A group's next version, and where its document changes all that leads to it. */
export function groupChangeWrites(
  table: string,
  { of, more, document, version, isFree }: GroupChange,
  act: ScimAct,
): GroupWrite[] {
  const Update = update(table, {
    key: scimKeys.group(of.directoryId, of.id),
    set: { modifiedMs: act.nowMs, ...(document && changedDocument(document.next, act)) },
    remove: document && namesOf(document.next).externalId === undefined ? ['externalId'] : [],
    condition: [
      LIVES,
      ...(document ? ['#doc = :former'] : []),
      ...(version !== undefined ? ['#ver = :version'] : []),
      ...(isFree ? ['(attribute_not_exists(#leaseUntilMs) OR #leaseUntilMs < :now)'] : []),
    ].join(' AND '),
    values: {
      ...(document && { former: JSON.stringify(document.before) }),
      ...(version !== undefined && { version }),
      ...(isFree && { now: act.nowMs }),
    },
    increment: 'ver',
  })
  return [
    { write: { Update: withCount(Update, more) }, onFailure: failureOf },
    ...(document ? nameWrites(table, of, document.before, document.next) : []),
  ]
}

const changedDocument = (next: Document, act: ScimAct) => ({
  doc: JSON.stringify(next),
  ...namesOf(next),
  evt: evt('latchkey.group.updated.v1', toSeconds(act.nowMs), act.actor),
})

type UpdateOf = NonNullable<TransactWriteItem['Update']>

/** Counts members in the same update, which adds to the version already. */
function withCount(Update: UpdateOf, more: number): UpdateOf {
  if (more === 0) return Update
  return {
    ...Update,
    UpdateExpression: `${Update.UpdateExpression}, #memberCount :more`,
    ExpressionAttributeNames: { ...Update.ExpressionAttributeNames, '#memberCount': 'memberCount' },
    ExpressionAttributeValues: {
      ...Update.ExpressionAttributeValues,
      ...toItem({ ':more': more }),
    },
  }
}

const failureOf = (stored: object | undefined): GroupWriteError =>
  stored === undefined || 'deletedAt' in stored ? 'group_unknown' : 'changed_meanwhile'

/** The end of a group; its members follow. Its item stays for a day, as its event rides on it. */
export function groupRemovalWrites(
  table: string,
  group: ScimGroup,
  act: ScimAct,
  version?: number,
): GroupWrite[] {
  const { directoryId, id, createdMs } = group
  const deletedAt = toSeconds(act.nowMs)
  const Update = update(table, {
    key: scimKeys.group(directoryId, id),
    set: {
      deletedAt,
      expiresAt: deletedAt + KEPT_SECONDS,
      evt: evt('latchkey.group.deleted.v1', deletedAt, act.actor),
    },
    condition: `${LIVES} AND #doc = :former${version === undefined ? '' : ' AND #ver = :version'}`,
    values: {
      former: JSON.stringify(group.document),
      ...(version !== undefined && { version }),
    },
    increment: 'ver',
  })
  return [
    { write: { Update }, onFailure: failureOf },
    ...nameWrites(table, group, group.document, {}),
    remove(table, scimKeys.listedGroup(directoryId, createdMs, id)),
    resourceCountWrite(table, 'g', group, -1),
    put(table, unfinishedItem(group, act, true)),
  ]
}

/** What leads to a group by its names, from one document to the next. */
function nameWrites(
  table: string,
  { directoryId, id }: Pick<ScimGroup, 'directoryId' | 'id'>,
  before: Document,
  next: Document,
): GroupWrite[] {
  const [from, to] = [keysOf(directoryId, id, before), keysOf(directoryId, id, next)]
  const isMoved = from.name?.sk !== to.name?.sk
  const isKnownOtherwise = from.external?.pk !== to.external?.pk
  return [
    ...(isMoved && to.name ? [claimName(table, to.name, id)] : []),
    ...(isMoved && from.name ? [releaseName(table, from.name, id)] : []),
    ...(isKnownOtherwise && to.external ? [put(table, { ...to.external, groupId: id })] : []),
    ...(isKnownOtherwise && from.external ? [remove(table, from.external)] : []),
  ]
}

function keysOf(directory: DirectoryId, id: GroupId, document: Document) {
  const { displayName, externalId } = namesOf(document)
  return {
    name: displayName === '' ? undefined : scimKeys.groupName(directory, displayName),
    external:
      externalId === undefined ? undefined : scimKeys.groupExternalId(directory, externalId, id),
  }
}

const claimName = (table: string, key: object, groupId: GroupId): GroupWrite => ({
  write: putNew(table, { ...key, groupId }),
  onFailure: () => 'name_taken',
})

const releaseName = (table: string, key: object, groupId: GroupId): GroupWrite => ({
  write: {
    Delete: condition(table, { key, condition: '#groupId = :groupId', values: { groupId } }),
  },
  onFailure: () => 'changed_meanwhile',
})
