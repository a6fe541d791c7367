import type { BulkOperation } from './read-bulk.ts'

const PREFIX = 'bulkId:'

/** The bulkId that a text refers to (RFC 7644 §3.7.2); undefined: it refers to none. */
const referredBy = (text: unknown): string | undefined =>
  typeof text === 'string' && text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined

/** Whether a text is put in the place of an id that is not known yet. */
export const isReference = (text: string) => text.startsWith(PREFIX)

/** The bulkIds that an operation needs the ids of. */
export function referencesOf({ target, data }: BulkOperation): ReadonlySet<string> {
  return new Set([...referencesIn(target), ...referencesIn(data)])
}

function walk(value: unknown, visit: (leaf: unknown) => void): void {
  if (typeof value !== 'object' || value === null) visit(value)
  else for (const inner of Object.values(value)) walk(inner, visit)
}

/** The same operation with ids in the place of what it refers to. */
export function resolved(
  operation: BulkOperation,
  ids: ReadonlyMap<string, string>,
): BulkOperation {
  const { target, data } = operation
  return {
    ...operation,
    ...(target !== undefined && { target: idOf(target, ids) as string }),
    ...(data !== undefined && { data: replaced(data, ids) }),
  }
}

const idOf = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  const bulkId = referredBy(value)
  return bulkId === undefined ? value : (ids.get(bulkId) ?? value)
}

function replaced(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => replaced(one, ids))
  if (typeof value !== 'object' || value === null) return idOf(value, ids)
  const entries = Object.entries(value).map(([name, inner]) => [name, replaced(inner, ids)])
  return Object.fromEntries(entries) as unknown
}

/** A group that is made before some of its members are: they come to it later. */
export type Parted = { now: BulkOperation; later: BulkOperation }

/**
 * Parts the creation of a group from those members that are not there yet, where all that it waits
 * for is members: groups that are in each other could not be made otherwise.
 *
 * Source: RFC 7644 §3.7.1, circular references.
 */
export function partedFromMembers(
  operation: BulkOperation,
  missing: ReadonlySet<string>,
): Parted | undefined {
  const { method, type, data, bulkId } = operation
  if (method !== 'POST' || type !== 'Group' || bulkId === undefined) return undefined
  const group = data as Readonly<Record<string, unknown>> // an object, as readBulk() has found
  const name = Object.keys(group).find((one) => one.toLowerCase() === 'members')
  const members = name === undefined ? undefined : group[name]
  if (name === undefined || !Array.isArray(members)) return undefined
  const waits = (member: unknown) => referencesIn(member).some((one) => missing.has(one))
  const now = { ...operation, data: { ...group, [name]: members.filter((one) => !waits(one)) } }
  const stillMissing = [...referencesOf(now)].some((one) => missing.has(one))
  if (stillMissing) return undefined
  const add = { op: 'add', path: 'members', value: members.filter(waits) }
  const later: BulkOperation = {
    method: 'PATCH',
    type: 'Group',
    target: `${PREFIX}${bulkId}`,
    data: { Operations: [add] },
  }
  return { now, later }
}

function referencesIn(value: unknown): string[] {
  const found: string[] = []
  walk(value, (leaf) => {
    const bulkId = referredBy(leaf)
    if (bulkId !== undefined) found.push(bulkId)
  })
  return found
}
