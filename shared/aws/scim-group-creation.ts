import { fail, ok, type Result } from '../result.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { Member, ScimAct, ScimGroup } from '../scim/types.ts'
import { MAX_WEIGHT, writeEdges } from './scim-edge-transactions.ts'
import { groupCreationWrites } from './scim-group-writes.ts'
import { changeRow } from './scim-log.ts'
import { changeGroup } from './scim-member-change.ts'
import { type Edge, weightOf } from './scim-member-writes.ts'

const CREATED = 201
const ATTEMPTS = 10

/** Makes a group with its members: at once where one transaction takes them, else they follow. */
export async function createGroup(
  table: string,
  group: ScimGroup,
  members: readonly Member[],
  act: ScimAct,
): Promise<Result<{ group: ScimGroup; members: readonly Member[] }, GroupWriteError>> {
  const edges = members.map((member): Edge => ({ ...member, kind: 'add' }))
  const fits = edges.reduce((sum, edge) => sum + weightOf(edge), 0) <= MAX_WEIGHT
  const created = await writeEdges({
    table,
    of: group,
    edges: fits ? edges : [],
    act,
    beside: ({ edges: added, unknown }) => [
      ...groupCreationWrites(table, { ...group, memberCount: added.length }, act),
      changeRow(table, group.directoryId, act, {
        status: CREATED,
        resource: { type: 'Group', id: group.id },
        after: JSON.stringify(group.document),
        ...(added.length > 0 && { added: added.map(({ id }) => id) }),
        ...(unknown.length > 0 && { unknown }),
      }),
    ],
    isWrittenAnyway: true,
    attempts: ATTEMPTS,
  })
  if ('failure' in created) return refusedFor(created.failure)
  if (fits) return ok(madeOf(group, created.edges, 0))
  const changed = await changeGroup(table, { of: group, edges, status: CREATED }, act)
  return changed.ok ? ok(madeOf(group, changed.value.written, changed.value.versions)) : changed
}

const madeOf = (group: ScimGroup, edges: readonly Edge[], versions: number) => ({
  group: { ...group, version: group.version + versions, memberCount: edges.length },
  members: edges.map(({ id, type }) => ({ id, type })),
})

function refusedFor(failure: GroupWriteError | 'conflict'): Result<never, GroupWriteError> {
  if (failure === 'conflict') throw new Error('a new group always meets other writers')
  return fail(failure)
}
