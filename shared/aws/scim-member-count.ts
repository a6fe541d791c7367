import { randomUUID } from 'node:crypto'
import type { DirectoryId, GroupId } from '../ids.ts'
import type { ScimAct } from '../scim/types.ts'
import { backOff } from './dynamo.ts'
import { type GuardedWrite, put } from './guarded-write.ts'
import { condition } from './item-writes.ts'
import { queryPage } from './query.ts'
import { groupChangeWrites } from './scim-group-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { isConflict, transact } from './transact.ts'

type Group = { table: string; directory: DirectoryId; id: GroupId }

/** So many rows and the group are one transaction. */
const MAX_ROWS = 90
/** Where others count at the same time. */
const MAX_ATTEMPTS = 30

/**
 * Remembers by how many the members of a group change, in the transaction that changes them, where
 * the group's own item has too many writers: settleCount() puts it there.
 */
export const uncountedWrite = (
  { table, directory, id }: Group,
  more: number,
): GuardedWrite<never> => put(table, { ...scimKeys.uncounted(directory, id, randomUUID()), more })

/**
 * Counts what is not counted yet, and makes it the group's next version: whoever sees that sees the
 * members. One of many that come at once does it for all of them, so that they do not get into each
 * other's way for long. Answers whether there is such a group.
 */
export async function settleCount(group: Group, act: ScimAct): Promise<boolean> {
  const { table, directory, id } = group
  const { pk } = scimKeys.uncounted(directory, id, '')
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; ) {
    const { items } = await queryPage(table, { pk, limit: MAX_ROWS })
    if (items.length === 0) return true
    const rows = items as unknown as { pk: string; sk: string; more: number }[]
    const outcome = await countAll(group, rows, act)
    if (outcome === 'group_unknown') return false
    if (outcome === 'met_others') await backOff(attempt++)
  }
  throw new Error('members of a group could not be counted')
}

async function countAll(
  { table, directory, id }: Group,
  rows: readonly { pk: string; sk: string; more: number }[],
  act: ScimAct,
): Promise<'counted' | 'met_others' | 'group_unknown'> {
  const more = rows.reduce((sum, row) => sum + row.more, 0)
  const writes = groupChangeWrites(table, { of: { directoryId: directory, id }, more }, act)
  const taken = rows.map(({ pk, sk }) => ({
    Delete: condition(table, { key: { pk, sk }, condition: 'attribute_exists(#pk)', values: {} }),
  }))
  try {
    const [failed] = await transact([...writes.map(({ write }) => write), ...taken], 1)
    if (!failed) return 'counted'
    return failed.index === 0 ? 'group_unknown' : 'met_others'
  } catch (error) {
    if (isConflict(error)) return 'met_others'
    throw error
  }
}
