import type { DirectoryId } from '../ids.ts'
import type { MemberId } from '../scim/types.ts'
import { toItem } from './dynamo-item.ts'
import { type GuardedWrite, unguarded } from './guarded-write.ts'
import { scimKeys } from './scim-keys.ts'

const PARTS = 64

/** How many users (`u`) or groups there are: in parts, so that two that come or go hardly meet. */
export function resourceCountWrite(
  table: string,
  kind: 'u' | 'g',
  { id, directoryId }: { id: MemberId; directoryId: DirectoryId },
  more: 1 | -1,
): GuardedWrite<never> {
  const part = Number.parseInt(id.slice(-2), 16) % PARTS
  return unguarded({
    Update: {
      TableName: table,
      Key: toItem(scimKeys.count(directoryId, `${kind}${String(part).padStart(2, '0')}`)),
      UpdateExpression: 'ADD n :more',
      ExpressionAttributeValues: toItem({ ':more': more }),
    },
  })
}
