import { type DirectoryId, type GroupId, orgOfDirectory } from '../ids.ts'
import type { ScimAct, ScimGroup } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { transact } from './dynamo.ts'
import { condition } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'

/** What a request has begun with a group, and may not live to end. */
export type Unfinished = {
  directoryId: DirectoryId
  groupId: GroupId
  /** Whether the group is no more; else it has members that are not counted. */
  isDeleted: boolean
  act: ScimAct
  /** Epoch seconds: then the request that began it is over. */
  dueAt: number
}

const REQUEST_SECONDS = 120

/** What remembers it: to be put in the transaction that begins it. */
export const unfinishedItem = (
  { directoryId, id }: Pick<ScimGroup, 'directoryId' | 'id'>,
  act: ScimAct,
  isDeleted: boolean,
) => ({
  ...scimKeys.unfinished(directoryId, id),
  orgId: orgOfDirectory(directoryId),
  directoryId,
  groupId: id,
  isDeleted,
  act,
  dueAt: toSeconds(act.nowMs) + REQUEST_SECONDS,
})

/** It is finished; where something else has begun since, that is not. */
export async function finish(table: string, { directoryId, groupId, act }: Unfinished) {
  const Delete = condition(table, {
    key: scimKeys.unfinished(directoryId, groupId),
    condition: '#act.#request.#requestId = :requestId',
    values: { requestId: act.request.requestId },
  })
  await transact([{ Delete }])
}
