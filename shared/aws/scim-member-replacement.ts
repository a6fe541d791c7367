import { fail, ok, type Result } from '../result.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { Member, ScimAct } from '../scim/types.ts'
import { readItems } from './dynamo.ts'
import { MAX_WEIGHT } from './scim-edge-transactions.ts'
import { groupOf } from './scim-group-items.ts'
import { scimKeys } from './scim-keys.ts'
import { type ChangedItems, type ChangeOfGroup, changeGroup } from './scim-member-change.ts'
import { holdLease, letGo } from './scim-member-lease.ts'
import { readMembers } from './scim-member-reads.ts'
import { type Edge, weightOf } from './scim-member-writes.ts'

/** What is to become of a group that has these members afterwards, and nobody else. */
export type Replacement = Omit<ChangeOfGroup, 'edges' | 'isFree' | 'version'> & {
  members: readonly Member[]
  /** As it was read, before its members were. */
  version: number
  /** Whether no other version may be changed. */
  isFenced: boolean
}

type Outcome = Result<ChangedItems, GroupWriteError>

/** How often it is tried without a lease. */
const ATTEMPTS = 2
/** So many can be written before the request times out. */
const MAX_CHANGES = 10_000

/**
 * Reads who the members are, and writes the difference: at once where one transaction takes it and
 * nobody has changed the group meanwhile, else under a lease, so that of two replacements one comes
 * after the other. Single members come and go beside it.
 */
export async function replaceMembers(
  table: string,
  replacement: Replacement,
  act: ScimAct,
): Promise<Outcome> {
  const { of, document, isFenced } = replacement
  let { version } = replacement
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const edges = await differenceOf(table, replacement)
    if (edges.length === 0 && !document) return ok({ written: [], versions: 0 })
    if (edges.reduce((sum, edge) => sum + weightOf(edge), 0) > MAX_WEIGHT) break
    const changed = await changeGroup(table, { ...replacement, edges, version, isFree: true }, act)
    if (changed.ok || changed.error !== 'changed_meanwhile' || isFenced) return changed
    const key = scimKeys.group(of.directoryId, of.id)
    const group = groupOf((await readItems([{ table, key }]))[0])
    if (!group) return fail('group_unknown')
    version = group.version
  }
  return replaceUnderLease(table, replacement, act)
}

async function replaceUnderLease(
  table: string,
  { version, isFenced, ...replacement }: Replacement,
  act: ScimAct,
): Promise<Outcome> {
  const { of } = replacement
  const lease = await holdLease(table, of)
  if (!lease.ok) return lease
  try {
    const edges = await differenceOf(table, replacement)
    if (edges.length > MAX_CHANGES) return fail('too_many_changes')
    return await changeGroup(table, { ...replacement, edges, ...(isFenced && { version }) }, act)
  } finally {
    await letGo(table, of, lease.value)
  }
}

async function differenceOf(
  table: string,
  { of, members }: Pick<Replacement, 'of' | 'members'>,
): Promise<Edge[]> {
  const before = await readMembers({ table, directory: of.directoryId, id: of.id })
  const [former, wanted] = [idsOf(before), idsOf(members)]
  return [
    ...before.flatMap((one) => (wanted.has(one.id) ? [] : [{ ...one, kind: 'remove' as const }])),
    ...members.flatMap((one) => (former.has(one.id) ? [] : [{ ...one, kind: 'add' as const }])),
  ]
}

const idsOf = (members: readonly Member[]): ReadonlySet<string> =>
  new Set(members.map(({ id }) => id))
