import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  TransactionConflictException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { fail, ok, type Result } from '../result.ts'
import type { ScimGroup } from '../scim/types.ts'
import { epochMilliseconds } from '../time.ts'
import { backOff, dynamo } from './dynamo.ts'
import { fromItem } from './dynamo-item.ts'
import { update } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'

type Of = Pick<ScimGroup, 'directoryId' | 'id'>

/** Longer than any request lasts. */
const LEASE_MS = 60_000
/** What a request can spend waiting for another one. */
const PATIENCE_MS = 3000

/**
 * Lets only the caller replace all members of a group, until letGo() or for a minute. Where another
 * request does it waits a little; `busy`: that took too long.
 */
export async function holdLease(
  table: string,
  of: Of,
): Promise<Result<string, 'busy' | 'group_unknown'>> {
  const lease = randomUUID()
  const end = epochMilliseconds() + PATIENCE_MS
  for (let attempt = 3; ; attempt++) {
    const refused = await tryLease(table, of, lease)
    if (!refused) return ok(lease)
    if (refused === 'group_unknown' || epochMilliseconds() > end) return fail(refused)
    await backOff(attempt)
  }
}

async function tryLease(table: string, of: Of, lease: string) {
  const now = epochMilliseconds()
  const change = update(table, {
    key: scimKeys.group(of.directoryId, of.id),
    set: { lease, leaseUntilMs: now + LEASE_MS },
    condition:
      'attribute_exists(#pk) AND attribute_not_exists(#deletedAt) AND (attribute_not_exists(#leaseUntilMs) OR #leaseUntilMs < :now)',
    values: { now },
  })
  return isDone(change)
}

/** Ends a lease, where it has not gone to somebody else. */
export async function letGo(table: string, of: Of, lease: string): Promise<void> {
  const change = update(table, {
    key: scimKeys.group(of.directoryId, of.id),
    set: {},
    remove: ['lease', 'leaseUntilMs'],
    condition: '#lease = :lease',
    values: { lease },
  })
  for (let attempt = 3; (await isDone(change)) === 'busy' && attempt < 10; attempt++) {
    await backOff(attempt)
  }
}

type Refused = 'busy' | 'group_unknown'

/** A transaction that has the item is one more reason to wait. */
async function isDone(change: ReturnType<typeof update>): Promise<Refused | undefined> {
  try {
    await dynamo.send(new UpdateItemCommand(change))
    return undefined
  } catch (error) {
    if (error instanceof TransactionConflictException) return 'busy'
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const stored = error.Item && fromItem<object>(error.Item)
    return stored === undefined || 'deletedAt' in stored ? 'group_unknown' : 'busy'
  }
}
