import { fail, ok, type Result } from '../result.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import type { Unfinished } from '../scim/groups/unfinished-ports.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { Member, ScimAct, ScimGroup } from '../scim/types.ts'
import { epochMilliseconds } from '../time.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { queryPages } from './query.ts'
import { createGroup } from './scim-group-creation.ts'
import { clearRemoved } from './scim-group-removal.ts'
import { scimKeys } from './scim-keys.ts'
import { changeGroup } from './scim-member-change.ts'
import { settleCount } from './scim-member-count.ts'

/** What of a request's time may go into members that have not gone yet. */
const CLEARING_MS = 4000
const OK = 200

/**
 * Brings back a group that was removed, with those members that went with it and are there. Its
 * removal must have come to its end: else it would go on with the group that came back.
 */
export async function reviveGroup(
  table: string,
  group: ScimGroup,
  act: ScimAct,
): Promise<Result<readonly Member[], GroupWriteError>> {
  const isCleared = await endRemoval(table, group)
  if (!isCleared) return fail('busy')
  const created = await createGroup(table, { ...group, memberCount: 0 }, [], act)
  return created.ok ? refillGroup(table, group, act) : created
}

/**
 * Puts back those who went with a group that has come back and are not in it yet: there may be more
 * of them than one request has time for, and it may have counted none of whom it put there.
 */
export async function refillGroup(
  table: string,
  of: Pick<ScimGroup, 'directoryId' | 'id'>,
  act: ScimAct,
): Promise<Result<readonly Member[], GroupWriteError>> {
  const isThere = await settleCount({ table, directory: of.directoryId, id: of.id }, act)
  if (!isThere) return fail('group_unknown')
  const edges = (await lostMembers(table, of)).map((one) => ({ ...one, kind: 'add' as const }))
  if (edges.length === 0) return ok([])
  const changed = await changeGroup(table, { of, edges, status: OK }, act)
  return changed.ok ? ok(changed.value.written) : changed
}

async function endRemoval(table: string, { directoryId: directory, id }: ScimGroup) {
  const [item] = await readItems([{ table, key: scimKeys.unfinished(directory, id) }])
  const unfinished = item as Unfinished | undefined
  if (!unfinished?.isDeleted) return true
  return clearRemoved(table, unfinished, epochMilliseconds() + CLEARING_MS)
}

async function lostMembers(
  table: string,
  { directoryId, id }: Pick<ScimGroup, 'directoryId' | 'id'>,
): Promise<Member[]> {
  const { pk } = scimKeys.member(directoryId, id, 'usr_')
  const rows = await queryPages<{ sk: string }>({
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: 'attribute_exists(withGroup)',
    ExpressionAttributeValues: toItem({ ':pk': pk }),
    ConsistentRead: true,
  })
  return rows.flatMap(({ sk }) => memberOf(sk) ?? [])
}
