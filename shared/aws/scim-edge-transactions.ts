import type { DirectoryId, GroupId } from '../ids.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { MemberId, ScimAct } from '../scim/types.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { type Edge, edgeWrites, type PassedOver, weightOf } from './scim-member-writes.ts'
import { isConflict, transact } from './transact.ts'

/** What a transaction has written of the edges that it was given. */
export type Written = { edges: readonly Edge[]; unknown: readonly MemberId[] }

/** `conflict`: others go on writing the same items. */
type EdgeFailure = GroupWriteError | 'conflict'

export type EdgeTransaction = {
  table: string
  of: { directoryId: DirectoryId; id: GroupId }
  edges: readonly Edge[]
  act: ScimAct
  /** What is written with the edges, in their transaction. */
  beside(written: Written): GuardedWrite<GroupWriteError>[]
  /** Whether that is written also where no edge is. */
  isWrittenAnyway: boolean
  attempts: number
}

/** With up to 10 items beside, edges of this weight are one transaction of 100 items. */
export const MAX_WEIGHT = 90

/** Edges, in parts that one transaction takes. */
export function transactionsOf(edges: readonly Edge[]): Edge[][] {
  const parts: Edge[][] = []
  let weight = MAX_WEIGHT
  for (const edge of edges) {
    if (weight + weightOf(edge) > MAX_WEIGHT) {
      parts.push([])
      weight = 0
    }
    parts.at(-1)?.push(edge)
    weight += weightOf(edge)
  }
  return parts
}

/**
 * Writes edges and what belongs to them in one transaction. What is there already, gone already or
 * unknown is passed over: the rest is tried again without.
 */
export async function writeEdges(
  transaction: EdgeTransaction,
): Promise<Written | { failure: EdgeFailure }> {
  const { table, of, act } = transaction
  const place = { table, directory: of.directoryId, group: of.id }
  let written: Written = { edges: transaction.edges, unknown: [] }
  while (written.edges.length > 0 || transaction.isWrittenAnyway) {
    const writes: GuardedWrite<GroupWriteError | PassedOver>[] = [
      ...written.edges.flatMap((edge) => edgeWrites(place, edge, act)),
      ...transaction.beside(written),
    ]
    const failures = await attempt(writes, transaction.attempts)
    if (failures.length === 0) return written
    const failure = failures.find((one) => typeof one === 'string')
    if (failure !== undefined) return { failure }
    written = without(
      written,
      failures.filter((one) => typeof one !== 'string'),
    )
  }
  return written
}

async function attempt(
  writes: readonly GuardedWrite<GroupWriteError | PassedOver>[],
  attempts: number,
): Promise<readonly (EdgeFailure | PassedOver)[]> {
  try {
    const failed = await transact(
      writes.map(({ write }) => write),
      attempts,
    )
    return failed.flatMap(({ index, item }) => writes[index]?.onFailure(item) ?? [])
  } catch (error) {
    if (isConflict(error)) return ['conflict']
    throw error
  }
}

function without({ edges, unknown }: Written, passedOver: readonly PassedOver[]): Written {
  const ids = new Set(passedOver.map(({ passedOver: id }) => id))
  const news = passedOver.filter(({ isUnknown }) => isUnknown)
  return {
    edges: edges.filter(({ id }) => !ids.has(id)),
    unknown: [...unknown, ...news.map(({ passedOver: id }) => id)],
  }
}
