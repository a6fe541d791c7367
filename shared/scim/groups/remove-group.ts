import { fail, ok, type Result } from '../../result.ts'
import type { ScimCall } from '../calls.ts'
import type { ScimError } from '../errors.ts'
import type { FoundGroup, GroupWriteError } from '../ports.ts'
import type { Provisioning, ScimAct } from '../types.ts'
import { refusedByVersion } from '../versions.ts'
import { withRoom } from './group-guard.ts'
import type { GroupPorts } from './ports.ts'
import { MAX_ATTEMPTS, unknownGroup, writeErrors } from './write-errors.ts'

type Removal = {
  caller: Provisioning
  call: Pick<ScimCall, 'ifMatch' | 'ifNoneMatch'>
  act: ScimAct
  /** The group as first read. */
  found: FoundGroup | undefined
}

/** Removes a SCIM group; who was in it counts as taken from a group. */
export async function removeScimGroup(
  ports: Pick<GroupPorts, 'groups' | 'users' | 'pause'>,
  { caller, call, act, ...removal }: Removal,
): Promise<Result<undefined, ScimError>> {
  let { found } = removal
  const isFenced = Array.isArray(call.ifMatch) || Array.isArray(call.ifNoneMatch)
  for (let attempt = 1; found && attempt <= MAX_ATTEMPTS; attempt++) {
    const { group } = found
    const refused = refusedByVersion(call, group.version)
    if (refused) return fail(refused)
    const removed = await withRoom({ ports, caller, found, act }, async (guard) =>
      resultOf(await ports.groups.remove(group, { isFenced, guard }, act)),
    )
    if (removed.ok) return ok(undefined)
    if (removed.error !== 'changed_meanwhile') return fail(writeErrors[removed.error])
    found = await ports.groups.find(group.directoryId, group.id)
  }
  return fail(found ? writeErrors.changed_meanwhile : unknownGroup)
}

const resultOf = (error: GroupWriteError | undefined): Result<undefined, GroupWriteError> =>
  error === undefined ? ok(undefined) : fail(error)
