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
  let { version } = replacement
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const tried = await replaceAtOnce(table, { ...replacement, version }, act)
    if (tried !== 'changed_meanwhile') return tried ?? replaceUnderLease(table, replacement, act)
    const { directoryId, id } = replacement.of
    const [item] = await readItems([{ table, key: scimKeys.group(directoryId, id) }])
    const group = groupOf(item)
    if (!group) return fail('group_unknown')
    version = group.version
  }
  return replaceUnderLease(table, replacement, act)
}

/** Undefined: one transaction does not take it. */
async function replaceAtOnce(
  table: string,
  replacement: Replacement,
  act: ScimAct,
): Promise<Outcome | 'changed_meanwhile' | undefined> {
  const { document, isFenced } = replacement
  const { before, edges } = await differenceOf(table, replacement)
  if (edges.length === 0 && !document) return ok({ written: [], versions: 0, members: before })
  if (edges.reduce((sum, edge) => sum + weightOf(edge), 0) > MAX_WEIGHT) return undefined
  const changed = await changeGroup(table, { ...replacement, edges, isFree: true }, act)
  if (changed.ok) return withMembers(before, changed.value)
  return changed.error === 'changed_meanwhile' && !isFenced ? 'changed_meanwhile' : changed
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
    const { before, edges } = await differenceOf(table, replacement)
    if (edges.length > MAX_CHANGES) return fail('too_many_changes')
    const fence = isFenced ? { version } : {}
    const changed = await changeGroup(table, { ...replacement, edges, ...fence }, act)
    return changed.ok ? withMembers(before, changed.value) : changed
  } finally {
    await letGo(table, of, lease.value)
  }
}

async function differenceOf(
  table: string,
  { of, members }: Pick<Replacement, 'of' | 'members'>,
): Promise<{ before: readonly Member[]; edges: Edge[] }> {
  const before = await readMembers({ table, directory: of.directoryId, id: of.id })
  const [former, wanted] = [idsOf(before), idsOf(members)]
  const edges: Edge[] = [
    ...before.flatMap((one) => (wanted.has(one.id) ? [] : [{ ...one, kind: 'remove' as const }])),
    ...members.flatMap((one) => (former.has(one.id) ? [] : [{ ...one, kind: 'add' as const }])),
  ]
  return { before, edges }
}

/** Who is a member then: of those before all who did not go, and who came. */
function withMembers(before: readonly Member[], changed: ChangedItems): Outcome {
  const gone = idsOf(changed.written.filter(({ kind }) => kind === 'remove'))
  const come = changed.written.filter(({ kind }) => kind === 'add')
  const members = [
    ...before.filter(({ id }) => !gone.has(id)),
    ...come.map(({ id, type }) => ({ id, type })),
  ]
  return ok({ ...changed, members })
}

const idsOf = (members: readonly Member[]): ReadonlySet<string> =>
  new Set(members.map(({ id }) => id))
