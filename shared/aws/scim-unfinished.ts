import { orgOfDirectory } from '../ids.ts'
import type { Unfinished } from '../scim/groups/unfinished-ports.ts'
import type { ScimAct, ScimGroup } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { condition } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { transact } from './transact.ts'

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
