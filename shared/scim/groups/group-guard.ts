import type { Result } from '../../result.ts'
import { roomOf } from '../guard.ts'
import type { FoundGroup, GroupWriteError, Room } from '../ports.ts'
import type { Provisioning, ScimAct } from '../types.ts'
import type { GroupPorts } from './ports.ts'

type Taking = {
  ports: Pick<GroupPorts, 'pause' | 'users'>
  caller: Provisioning
  found: FoundGroup
  act: ScimAct
}

/**
 * Does what takes people from a group only as far as the directory's guard has room; beyond that the
 * directory is paused, and nothing is written. How many users there are is counted only where the
 * number that is always allowed is not enough.
 */
export async function withRoom<Done>(
  { ports, caller, found, act }: Taking,
  write: (guard: Room | undefined) => Promise<Result<Done, GroupWriteError>>,
): Promise<Result<Done, GroupWriteError>> {
  const { directory } = caller
  const roomFor = (users: number) =>
    roomOf(directory.guard, found.guard, { kind: 'removed', users, nowMs: act.nowMs })
  const first = await write(roomFor(0))
  if (first.ok || first.error !== 'guarded') return first
  const second = await write(roomFor(await ports.users.count(directory.id)))
  if (!second.ok && second.error === 'guarded') await ports.pause(directory, act)
  return second
}
