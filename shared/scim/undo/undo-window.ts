import type { ChangeId } from '../../ids.ts'
import type { ScimError } from '../errors.ts'
import { unguarded } from '../guard.ts'
import type { ScimGroupStore } from '../ports.ts'
import type { MemberId } from '../types.ts'
import { type Folded, foldChanges } from './fold-changes.ts'
import type { ScimLogReader, Window } from './ports.ts'
import { undoGroup, undoMembers } from './undo-group.ts'
import { type Undoing, type Undone, type UndoUserPorts, undoUser } from './undo-user.ts'

export type UndoPorts = UndoUserPorts & {
  log: ScimLogReader
  groups: ScimGroupStore
  /** Whether there is time for some more changes. */
  hasTime: () => boolean
}

/** A resource that is not as it was, and why. */
type Skipped = {
  type: 'User' | 'Group'
  id: MemberId
  cause: 'changed_since' | 'refused'
  detail?: string
}

export type UndoStep = {
  /** Resources that became what they had been, or would. */
  undone: number
  /** Resources that are so already. */
  same: number
  skipped: readonly Skipped[]
  /** Where the next step goes on; absent: nothing is left of the window. */
  next?: ChangeId
}

/** Changes that are looked at together. */
const CHANGES = 20
/** Resources that are written at once. */
const AT_ONCE = 8

/**
 * Takes back what a directory changed in a window of time, a bounded part a call: newest first, so
 * that each step leaves what there was at some moment of the window. It may be repeated from where
 * it stands, and by whoever does not know how far it came: what is undone already is left alone.
 */
export async function undoWindow(
  ports: UndoPorts,
  { window, after }: { window: Window; after: ChangeId | undefined },
  undoing: Undoing,
): Promise<UndoStep> {
  const { directory, domains } = undoing.caller
  const caller = { directory: unguarded(directory), domains }
  const outcomes = new Map<MemberId, Outcome>()
  let place = after
  do {
    const asked = { ...window, kind: 'change', after: place, limit: CHANGES } as const
    const { entries, next } = await ports.log.list(directory.id, asked)
    const folded = foldChanges(entries.flatMap(({ change }) => change ?? []))
    await undoAll(ports, folded, { ...undoing, caller }, outcomes)
    place = next
  } while (place !== undefined && ports.hasTime())
  return stepOf([...outcomes.values()], place)
}

function stepOf(outcomes: readonly Outcome[], next: ChangeId | undefined): UndoStep {
  const count = (what: 'undone' | 'same') =>
    outcomes.filter(({ undone }) => undone.ok && undone.value === what).length
  return {
    ...{ undone: count('undone'), same: count('same') },
    skipped: outcomes.flatMap(({ one, undone }) => (undone.ok ? [] : [skipped(one, undone.error)])),
    ...(next && { next }),
  }
}

type Outcome = { one: Folded; undone: Undone }

/** Who comes back does so before anybody is put into groups; who goes does so after. */
async function undoAll(
  ports: UndoPorts,
  folded: readonly Folded[],
  undoing: Undoing,
  outcomes: Map<MemberId, Outcome>,
): Promise<void> {
  const goes = ({ document }: Folded) => document !== undefined && document.was === undefined
  const ofType = (type: Folded['type'], isGoing: boolean) =>
    folded.filter((one) => one.type === type && goes(one) === isGoing)
  const user = (one: Folded) => undoUser(ports, one, undoing)
  const group = (one: Folded) => undoGroup(ports.groups, one, undoing)
  const members = (one: Folded) => undoMembers(ports.groups, one, undoing)
  const stages = [
    [ofType('User', false), user],
    [ofType('Group', false), group],
    [ofType('Group', false), members],
    [ofType('Group', true), group],
    [ofType('User', true), user],
  ] as const
  for (const [some, undo] of stages) {
    for (const outcome of await eachOf(some, undo)) {
      outcomes.set(outcome.one.id, worse(outcomes.get(outcome.one.id), outcome))
    }
  }
}

async function eachOf(some: readonly Folded[], undo: (one: Folded) => Promise<Undone>) {
  const outcomes: Outcome[] = []
  for (let start = 0; start < some.length; start += AT_ONCE) {
    const part = some.slice(start, start + AT_ONCE)
    outcomes.push(
      ...(await Promise.all(part.map(async (one) => ({ one, undone: await undo(one) })))),
    )
  }
  return outcomes
}

/** Of what became of a group and of its members, and of one by several changes. */
function worse(one: Outcome | undefined, other: Outcome): Outcome {
  if (!one) return other
  const rank = ({ undone }: Outcome) => (!undone.ok ? 2 : undone.value === 'undone' ? 1 : 0)
  return rank(one) >= rank(other) ? one : other
}

const skipped = ({ type, id }: Folded, error: ScimError | 'changed_since'): Skipped =>
  error === 'changed_since'
    ? { type, id, cause: error }
    : { type, id, cause: 'refused', detail: error.detail }
