import type { UserId } from '../ids.ts'
import type { Key } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { condition } from './item-writes.ts'

/** Items that make an address or a user name one person's in an organization: the key is what is held. */
type Move = {
  userId: UserId
  /** What they held, and hold from now on. */
  from: Key | undefined
  to: Key | undefined
}

/**
 * From what somebody holds to what they will: claimed where nobody has it, given up where it is theirs.
 *
 * @param taken what it means where another has it
 */
export function markerWrites<Taken>(
  directory: string,
  { userId, from, to }: Move,
  taken: (holder: UserId | undefined) => Taken,
): GuardedWrite<Taken | 'changed_meanwhile'>[] {
  if (from?.pk === to?.pk && from?.sk === to?.sk) return []
  return [
    ...(to ? [claim(directory, { ...to, userId }, taken)] : []),
    ...(from ? [release(directory, from, userId)] : []),
  ]
}

const claim = <Taken>(
  directory: string,
  marker: Key & { userId: UserId },
  taken: (holder: UserId | undefined) => Taken,
): GuardedWrite<Taken> => ({
  write: {
    Put: {
      TableName: directory,
      Item: toItem(marker),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
  onFailure: (stored) => taken((stored as { userId?: UserId } | undefined)?.userId),
})

const release = (
  directory: string,
  key: Key,
  userId: UserId,
): GuardedWrite<'changed_meanwhile'> => ({
  write: {
    Delete: condition(directory, { key, condition: '#userId = :userId', values: { userId } }),
  },
  onFailure: () => 'changed_meanwhile',
})
