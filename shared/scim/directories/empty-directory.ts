import type { GroupId, UserId } from '../../ids.ts'
import type { Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import type { GroupPorts } from '../groups/ports.ts'
import { removeScimGroup } from '../groups/remove-group.ts'
import { unguarded } from '../guard.ts'
import type { Lists, Place } from '../ports.ts'
import type { MemberId, Provisioning, ScimAct } from '../types.ts'
import type { UserPorts } from '../users/ports.ts'
import { removeScimUser } from '../users/remove-user.ts'

export type EmptyPorts = Pick<UserPorts, 'users'> &
  Pick<GroupPorts, 'groups' | 'pause'> & {
    /** Whether there is time for some more. */
    hasTime: () => boolean
  }

export type Emptying = {
  caller: Provisioning
  act: ScimAct
  /** What becomes of users of ours: they stay as they are, or are deleted as by SCIM. */
  people: 'keep' | 'delete'
}

type Left = { type: 'User' | 'Group'; id: MemberId; detail: string }

/** What one call removed, and what it could not. */
export type EmptyStep = { users: number; groups: number; left: readonly Left[]; isDone: boolean }

/** Resources that are removed at once, between two looks at the time that is left. */
const AT_ONCE = 8

const unconditional = { ifMatch: undefined, ifNoneMatch: undefined }

/**
 * Removes what a paused directory holds, a bounded part a call: groups, then users. It may come again
 * until nothing is left, and by whoever does not know how far it came. All of it is a change, which an
 * administrator can take back.
 */
export async function emptyDirectory(ports: EmptyPorts, emptying: Emptying): Promise<EmptyStep> {
  const { users, groups } = ports
  const caller = { ...emptying.caller, directory: unguarded(emptying.caller.directory) }
  const inTurn = { ...emptying, caller }
  const ofGroups = await removeAll(ports, groups, caller, (id) => removeGroup(ports, id, inTurn))
  const ofUsers = await removeAll(ports, users, caller, (id) => removeUser(ports, id, inTurn))
  const leftOf = (type: Left['type'], { left }: Removed) => left.map((one) => ({ type, ...one }))
  return {
    ...{ users: ofUsers.removed, groups: ofGroups.removed },
    left: [...leftOf('Group', ofGroups), ...leftOf('User', ofUsers)],
    isDone: ofGroups.isDone && ofUsers.isDone,
  }
}

type Removed = { removed: number; left: Omit<Left, 'type'>[]; isDone: boolean }

async function removeGroup(
  { groups, users, pause }: EmptyPorts,
  id: GroupId,
  { caller, act }: Emptying,
): Promise<ScimError | undefined> {
  const found = await groups.find(caller.directory.id, id)
  const ports = { groups, users, pause }
  const removed = await removeScimGroup(ports, { caller, call: unconditional, act, found })
  return whyNot(removed)
}

/** Users of ours who are kept stay as they are; taken back, they are the directory's again. */
async function removeUser(
  { users, pause }: EmptyPorts,
  id: UserId,
  { caller, act, people }: Emptying,
): Promise<ScimError | undefined> {
  const found = await users.find(caller.directory.id, id)
  const kept = people === 'keep' ? ('as-is' as const) : undefined
  const removal = { caller, call: unconditional, act, id, found, kept }
  return whyNot(await removeScimUser({ users, pause }, removal))
}

/** What is gone already need not be removed. */
const whyNot = (removed: Result<undefined, ScimError>) =>
  removed.ok || removed.error.status === 404 ? undefined : removed.error

/** Goes through a list, and passes over what cannot be removed. */
async function removeAll<Id extends MemberId>(
  { hasTime }: Pick<EmptyPorts, 'hasTime'>,
  lists: Pick<Lists<Id, unknown>, 'page'>,
  { directory }: Provisioning,
  removeOne: (id: Id) => Promise<ScimError | undefined>,
): Promise<Removed> {
  const sum: Removed = { removed: 0, left: [], isDone: false }
  let after: Place | undefined
  while (hasTime()) {
    const page = await lists.page(directory.id, { ...(after && { after }), limit: AT_ONCE })
    const ids = page.rows.map(({ id }) => id)
    const errors = await Promise.all(ids.map(removeOne))
    const left = errors.flatMap((error, index) => (error ? [{ error, id: ids[index] }] : []))
    sum.removed += ids.length - left.length
    sum.left.push(...left.flatMap(({ error, id }) => (id ? [{ id, detail: error.detail }] : [])))
    if (!page.hasMore) return { ...sum, isDone: true }
    after = page.rows.at(-1)?.place
  }
  return sum
}
