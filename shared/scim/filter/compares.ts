import { parseInstant } from './date-time.ts'
import { comparable, readBoolean } from './operand.ts'
import type { Comparison } from './types.ts'

type Operand = Comparison['operand']

/** Whether one value is as a comparison says; what is absent or of another type is null. */
export function compares(comparison: Comparison, value: unknown): boolean {
  const { op, operand } = comparison
  const held = heldBy(comparison, value)
  if (held === undefined) return op === 'ne'
  if (op === 'eq') return held === operand
  if (op === 'ne') return held !== operand
  if (op === 'co') return `${held}`.includes(`${operand}`)
  if (op === 'sw') return `${held}`.startsWith(`${operand}`)
  if (op === 'ew') return `${held}`.endsWith(`${operand}`)
  const order = orderOf(held, operand)
  if (op === 'gt') return order > 0
  if (op === 'ge') return order >= 0
  return op === 'lt' ? order < 0 : order <= 0
}

/** The value in the form of the operand. */
function heldBy({ ref, operand }: Comparison, value: unknown): Operand | undefined {
  if (typeof operand === 'boolean') return readBoolean(value)
  if (typeof value !== 'string') return undefined
  return typeof operand === 'number' ? parseInstant(value) : comparable(ref.attribute, value)
}

/** Texts in the order of their UTF-16 units, times in theirs. */
function orderOf(one: Operand, other: Operand): number {
  if (one === other) return 0
  return one > other ? 1 : -1
}
