import { fail, ok, type Result } from '../result.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { Member, ScimAct } from '../scim/types.ts'
import { sideBySide } from '../side-by-side.ts'
import { type GuardedWrite, put } from './guarded-write.ts'
import { MAX_WEIGHT, transactionsOf, type Written, writeEdges } from './scim-edge-transactions.ts'
import { clearGroup } from './scim-group-clearing.ts'
import { type GroupChange, groupChangeWrites } from './scim-group-writes.ts'
import { changeRow } from './scim-log.ts'
import { settleCount, uncountedWrite } from './scim-member-count.ts'
import { type Edge, weightOf } from './scim-member-writes.ts'
import { finish, unfinishedItem } from './scim-unfinished.ts'

/** A change of a group: its document, members that come and members that go. */
export type ChangeOfGroup = Omit<GroupChange, 'more'> & {
  edges: readonly Edge[]
  /** The status of the answer, for the log. */
  status: number
  /** Counts so many memberships that go, or refuses them. */
  guard?(removed: number): GuardedWrite<'guarded'>[]
}

/** What has come of it. */
export type ChangedItems = {
  written: readonly Edge[]
  /** How many versions later the group is, as far as this request has a part in that. */
  versions: number
  /** All members, where all were replaced. */
  members?: readonly Member[]
}

/** Of a transaction with the group's own item, before its members are written without. */
const ATTEMPTS_WITH_GROUP = 3
/** Of one that needs it. */
const ATTEMPTS = 10
const AT_A_TIME = 16

/**
 * Changes a group at once where one transaction takes it. Where others write the same group so fast
 * that transactions meet on its item, members are written without it, and the group after them: its
 * new version is never seen before they are.
 */
export function changeGroup(
  table: string,
  change: ChangeOfGroup,
  act: ScimAct,
): Promise<Result<ChangedItems, GroupWriteError>> {
  const weight = change.edges.reduce((sum, edge) => sum + weightOf(edge), 0)
  return weight > MAX_WEIGHT ? changeInParts(table, change, act) : changeAtOnce(table, change, act)
}

async function changeAtOnce(
  table: string,
  change: ChangeOfGroup,
  act: ScimAct,
): Promise<Result<ChangedItems, GroupWriteError>> {
  const { document, version } = change
  const needsGroup = document !== undefined || version !== undefined || change.isFree === true
  const written = await writeEdges({
    ...transactionOf(table, change, act),
    beside: (edges) => [
      ...groupChangeWrites(table, { ...change, more: moreOf(edges.edges) }, act),
      logWrite(table, change, edges, act),
      ...guardWrites(change, edges.edges),
    ],
    isWrittenAnyway: document !== undefined,
    attempts: needsGroup ? ATTEMPTS : ATTEMPTS_WITH_GROUP,
  })
  if (!('failure' in written))
    return ok({ written: written.edges, versions: document || written.edges.length > 0 ? 1 : 0 })
  if (written.failure !== 'conflict') return fail(written.failure)
  if (needsGroup) return fail('changed_meanwhile')
  const refused = await writeBeside(table, change, act, guardWrites(change, change.edges))
  return refused ? fail(refused) : writeParts(table, change, act, 0)
}

/** The group first, with what refuses the change, then its members, then their number. */
async function changeInParts(
  table: string,
  change: ChangeOfGroup,
  act: ScimAct,
): Promise<Result<ChangedItems, GroupWriteError>> {
  const unfinished = unfinishedItem(change.of, act, false)
  const refused = await writeBeside(table, change, act, [
    ...groupChangeWrites(table, { ...change, more: 0 }, act),
    logWrite(table, change, { edges: [], unknown: [] }, act),
    ...guardWrites(change, change.edges),
    put(table, unfinished),
  ])
  if (refused) return fail(refused)
  const written = await writeParts(table, change, act, 1)
  await finish(table, unfinished)
  return written
}

/** What goes before members that are written in parts. */
async function writeBeside(
  table: string,
  change: ChangeOfGroup,
  act: ScimAct,
  writes: GuardedWrite<GroupWriteError>[],
): Promise<GroupWriteError | undefined> {
  if (writes.length === 0) return undefined
  const written = await writeEdges({
    ...transactionOf(table, change, act),
    edges: [],
    beside: () => writes,
    isWrittenAnyway: true,
    attempts: ATTEMPTS,
  })
  if (!('failure' in written)) return undefined
  return written.failure === 'conflict' ? 'busy' : written.failure
}

async function writeParts(
  table: string,
  change: ChangeOfGroup,
  act: ScimAct,
  versions: number,
): Promise<Result<ChangedItems, GroupWriteError>> {
  const { document: _, ...members } = change
  const group = { table, directory: change.of.directoryId, id: change.of.id }
  const parts = await sideBySide(transactionsOf(change.edges), AT_A_TIME, (edges) =>
    writeEdges({
      ...transactionOf(table, change, act),
      edges,
      beside: (written) => [
        uncountedWrite(group, moreOf(written.edges)),
        logWrite(table, members, written, act),
      ],
      isWrittenAnyway: false,
      attempts: ATTEMPTS,
    }),
  )
  if (parts.some((part) => 'failure' in part)) throw new Error('members always meet other writers')
  const isThere = await settleCount(group, act)
  if (!isThere) {
    await clearGroup(group, Number.POSITIVE_INFINITY)
    return fail('group_unknown')
  }
  const written = parts.flatMap((part) => ('edges' in part ? part.edges : []))
  return ok({ written, versions: versions + (written.length > 0 ? 1 : 0) })
}

const transactionOf = (table: string, { of, edges }: ChangeOfGroup, act: ScimAct) => ({
  table,
  of,
  edges,
  act,
})

const moreOf = (edges: readonly Edge[]) =>
  edges.reduce((sum, { kind }) => sum + (kind === 'add' ? 1 : -1), 0)

const idsOf = (edges: readonly Edge[], kind: Edge['kind']) =>
  edges.flatMap((edge) => (edge.kind === kind ? [edge.id] : []))

function guardWrites({ guard }: ChangeOfGroup, edges: readonly Edge[]) {
  const removed = idsOf(edges, 'remove').length
  return removed > 0 && guard ? guard(removed) : []
}

function logWrite(
  table: string,
  { of, document, status }: Omit<ChangeOfGroup, 'edges'>,
  { edges, unknown }: Written,
  act: ScimAct,
) {
  const [added, removed] = [idsOf(edges, 'add'), idsOf(edges, 'remove')]
  return changeRow(table, of.directoryId, act, {
    status,
    resource: { type: 'Group', id: of.id },
    ...(document && {
      before: JSON.stringify(document.before),
      after: JSON.stringify(document.next),
    }),
    ...(added.length > 0 && { added }),
    ...(removed.length > 0 && { removed }),
    ...(unknown.length > 0 && { unknown }),
  })
}
