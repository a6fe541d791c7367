import type { AttributeRef } from '../attributes.ts'
import { sensitive } from '../errors.ts'
import { comparedRef, type Literal, readOperand } from './operand.ts'
import { expected, peek, type Reader, refuse, take, takeWord } from './reader.ts'
import type { Comparison, Filter, Operator } from './types.ts'

const MAX_COMPARISONS = 200

const operators = [
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
] as const satisfies Operator[]

type Compared = { kind: 'not'; of: Filter } | Extract<Filter, { kind: 'present' }> | Comparison

/**
 * The operator and value behind an attribute. What is never returned is nothing to search for.
 *
 * Source: RFC 7644 §3.4.2.2 and §7.5.2.
 */
export function comparison(reader: Reader, ref: AttributeRef): Compared | undefined {
  reader.comparisons += 1
  if (reader.comparisons > MAX_COMPARISONS) {
    return refuse(reader, `It compares more than ${MAX_COMPARISONS} times.`)
  }
  if (ref.attribute.returned === 'never') {
    reader.error ??= sensitive(`${ref.attribute.name} cannot be searched for.`)
    return undefined
  }
  if (takeWord(reader, 'pr')) return { kind: 'present', ref }
  const op = operators.find((one) => takeWord(reader, one))
  if (!op) return expected(reader, `an operator behind ${ref.attribute.name}`)
  const literal = takeLiteral(reader)
  if (literal === undefined) return expected(reader, `a value behind ${op}`)
  return literal === null ? withNull(reader, ref, op) : withValue(reader, ref, op, literal)
}

/** Null is the same as unassigned (RFC 7643 §2.5). */
function withNull(reader: Reader, ref: AttributeRef, op: Operator): Compared | undefined {
  const present = { kind: 'present', ref } as const
  if (op === 'ne') return present
  if (op === 'eq') return { kind: 'not', of: present }
  return refuse(reader, `${ref.attribute.name} is not to be compared with null by ${op}.`)
}

function withValue(
  reader: Reader,
  named: AttributeRef,
  op: Operator,
  literal: Exclude<Literal, null>,
): Comparison | undefined {
  const ref = comparedRef(named)
  const operand = readOperand(ref.attribute, op, literal)
  if (!operand.ok) return refuse(reader, `${named.attribute.name} ${operand.error}.`)
  return { kind: 'compare', op, ref, ...operand.value }
}

/** A literal of JSON: RFC 7644 §3.4.2.2, compValue. */
function takeLiteral(reader: Reader): Literal | undefined {
  const { kind, text } = peek(reader)
  const isLiteral = kind === 'string' || kind === 'number' || /^(?:true|false|null)$/.test(text)
  if (!isLiteral || take(reader, kind) === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return refuse(reader, 'A string or number in it is not as JSON writes it.')
  }
}
