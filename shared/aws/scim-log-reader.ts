import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { ChangeId, DirectoryId } from '../ids.ts'
import type { Document, MemberId, RemovedUser } from '../scim/types.ts'
import type { LoggedEntry, ScimLogReader } from '../scim/undo/ports.ts'
import { dynamo } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { listPrefix, scimKeys } from './scim-keys.ts'

/** What directories have done and refused, newest first, from the rows of scim-log.ts. */
export const dynamoScimLogReader = (table: string): ScimLogReader => ({
  async list(directory, { fromMs, toMs, kind, after, limit }) {
    if (fromMs > toMs) return { entries: [] }
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ...(kind && {
          FilterExpression: '#kind = :kind',
          ExpressionAttributeNames: { '#kind': 'kind' },
        }),
        ExpressionAttributeValues: toItem({
          ':pk': scimKeys.logged(directory, 'chg_').pk,
          ':from': placeAt(directory, fromMs),
          // Behind all ids that begin with that millisecond.
          ':to': `${placeAt(directory, toMs)}g`,
          ...(kind && { ':kind': kind }),
        }),
        Limit: limit,
        ScanIndexForward: false,
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: toItem(scimKeys.logged(directory, after)) }),
      }),
    )
    const next = LastEvaluatedKey && fromItem<{ sk: string }>(LastEvaluatedKey).sk
    return {
      entries: Items.map((item) => entryOf(fromItem<StoredEntry>(item))),
      ...(next !== undefined && { next: next.slice(listPrefix(directory).length) as ChangeId }),
    }
  },
})

const placeAt = (directory: DirectoryId, ms: number) =>
  `${listPrefix(directory)}chg_${Math.max(ms, 0).toString(16).padStart(12, '0')}`

/** Documents are JSON text. */
type StoredEntry = Omit<LoggedEntry, 'id' | 'change'> & {
  changeId: ChangeId
  resourceType?: 'User' | 'Group'
  resourceId?: MemberId
  before?: string
  after?: string
  removedUser?: RemovedUser
  added?: readonly MemberId[]
  removed?: readonly MemberId[]
}

function entryOf(stored: StoredEntry): LoggedEntry {
  const { changeId: id, kind, atMs, requestId, method, path, status } = stored
  const { tokenId, actor, body, scimType } = stored
  const change = changeOf(stored)
  return {
    ...{ id, kind, atMs, requestId, method, path, status },
    ...(tokenId && { tokenId }),
    ...(actor && { actor }),
    ...(body !== undefined && { body }),
    ...(scimType && { scimType }),
    ...(change && { change }),
  }
}

function changeOf(stored: StoredEntry): LoggedEntry['change'] {
  const { resourceType: type, resourceId: id, before, after, removedUser } = stored
  const { added = [], removed = [] } = stored
  if (!type || !id) return undefined
  return {
    ...{ type, id, added, removed },
    ...(before !== undefined && { before: JSON.parse(before) as Document }),
    ...(after !== undefined && { after: JSON.parse(after) as Document }),
    ...(removedUser && { removedUser }),
  }
}
