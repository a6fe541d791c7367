import { roomOf } from '../guard.ts'
import { isActive } from '../person-profile.ts'
import type { FoundUser, Room, ScimUserStore, UserWriteError } from '../ports.ts'
import type { Document, Provisioning, ScimAct } from '../types.ts'
import type { UserPorts } from './ports.ts'

type Keeping = {
  ports: Pick<UserPorts, 'pause'> & { users: Pick<ScimUserStore, 'count'> }
  caller: Provisioning
  found: FoundUser
  /** Absent: the user is removed. */
  next?: Document
  act: ScimAct
}

/**
 * Does what keeps somebody out only as far as the directory's guard has room; beyond that the
 * directory is paused, and nothing is written. How many users there are is counted only where the
 * number that is always allowed is not enough.
 */
export async function withRoom(
  { ports, caller, found, next, act }: Keeping,
  write: (guard: Room | undefined) => Promise<UserWriteError | undefined>,
): Promise<UserWriteError | undefined> {
  const { directory } = caller
  const isKeptOut = isActive(found.user.document) && (next === undefined || !isActive(next))
  if (!isKeptOut) return write(undefined)
  const roomFor = (users: number) =>
    roomOf(directory.guard, found.guard, { kind: 'deactivated', users, nowMs: act.nowMs })
  const first = await write(roomFor(0))
  if (first !== 'guarded') return first
  const second = await write(roomFor(await ports.users.count(directory.id)))
  if (second === 'guarded') await ports.pause(directory, act)
  return second
}
