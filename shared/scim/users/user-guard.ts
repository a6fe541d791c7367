import { roomOf } from '../guard.ts'
import { isActive } from '../person-profile.ts'
import type {
  FoundUser,
  GuardCounts,
  PersonChange,
  Room,
  ScimUserStore,
  UserWriteError,
} from '../ports.ts'
import type { Document, Provisioning, ScimAct } from '../types.ts'
import type { UserPorts } from './ports.ts'

type Keeping = {
  ports: Pick<UserPorts, 'pause'> & { users: Pick<ScimUserStore, 'count'> }
  caller: Provisioning
  /** What the last hour took. */
  taken: GuardCounts
  /** Whether the write keeps somebody out who was not. */
  isKeptOut: boolean
  act: ScimAct
}

/** Whether a document keeps its user out from now on. */
export const isTurnedOff = (before: Document, next: Document) => isActive(before) && !isActive(next)

/** Whether a person is kept out from now on: also by a SCIM user that says so from its beginning. */
export const isSuspension = (person: PersonChange | undefined) =>
  person?.kind === 'change' &&
  person.before.user.state !== 'suspended' &&
  person.next.user.state === 'suspended'

/** Whether a removal takes something from somebody: not from who is kept out already. */
export const isLoss = ({ user, person }: FoundUser) =>
  isActive(user.document) || person?.user.state === 'active'

/**
 * Does what keeps somebody out only as far as the directory's guard has room; beyond that the
 * directory is paused, and nothing is written. How many users there are is counted only where the
 * number that is always allowed is not enough.
 */
export async function withRoom(
  { ports, caller, taken, isKeptOut, act }: Keeping,
  write: (guard: Room | undefined) => Promise<UserWriteError | undefined>,
): Promise<UserWriteError | undefined> {
  const { directory } = caller
  if (!isKeptOut) return write(undefined)
  const roomFor = (users: number) =>
    roomOf(directory.guard, taken, { kind: 'deactivated', users, nowMs: act.nowMs })
  const first = await write(roomFor(0))
  if (first !== 'guarded') return first
  const second = await write(roomFor(await ports.users.count(directory.id)))
  if (second === 'guarded') await ports.pause(directory, act)
  return second
}
