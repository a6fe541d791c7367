import { fold } from '#shared/users/fold.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { Attribute, AttributeRef } from '../attributes.ts'
import { parseInstant } from './date-time.ts'
import { subRef } from './scope.ts'
import type { Comparison, Operator } from './types.ts'

export type Literal = string | number | boolean | null

type Operand = Pick<Comparison, 'value' | 'operand'>

const TEXT_ONLY: ReadonlySet<Operator> = new Set(['co', 'sw', 'ew'])
const EQUALITY: ReadonlySet<Operator> = new Set(['eq', 'ne'])

/**
 * A complex attribute that has a `value` is compared by it: `emails co "x"`, `members eq "x"`,
 * `manager eq "x"`.
 *
 * Source: RFC 7643 §2.4; RFC 7644 §3.4.2.2; Microsoft Entra ID (reference attributes).
 */
export function comparedRef(ref: AttributeRef): AttributeRef {
  return (ref.attribute.type === 'complex' && subRef(ref, 'value')) || ref
}

/**
 * What values of the attribute are compared with; fails with what is wrong with it.
 *
 * Source: RFC 7644 §3.4.2.2 (no order among booleans and complex values).
 */
export function readOperand(
  attribute: Attribute,
  op: Operator,
  literal: Exclude<Literal, null>,
): Result<Operand, string> {
  switch (attribute.type) {
    case 'complex':
      return fail('is compared by its sub-attributes')
    case 'boolean':
      return booleanOperand(op, literal)
    case 'dateTime':
      return instantOperand(op, literal)
    case 'string':
    case 'reference':
      if (typeof literal !== 'string') return fail('is compared with a string')
      return ok({ value: literal, operand: comparable(attribute, literal) })
    default:
      return attribute.type satisfies never
  }
}

/** A text as the attribute compares it: as it is, or folded like the keys of unique names. */
export const comparable = ({ caseExact }: Attribute, text: string) =>
  caseExact ? text : fold(text)

function booleanOperand(op: Operator, literal: Literal): Result<Operand, string> {
  if (!EQUALITY.has(op)) return fail(`is a boolean, which "${op}" does not compare`)
  const value = readBoolean(literal)
  return value === undefined
    ? fail('is compared with true or false')
    : ok({ value, operand: value })
}

/**
 * A boolean, also as `"True"` and `"False"`.
 *
 * Source: Microsoft Entra ID without the flag aadOptscim062020, and its SCIM validator
 * (`roles[primary eq "True"]`).
 */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : undefined
  return word === 'true' ? true : word === 'false' ? false : undefined
}

/** In time; by its text where only a part is given. */
function instantOperand(op: Operator, literal: Literal): Result<Operand, string> {
  if (typeof literal !== 'string') return fail('is compared with a dateTime in quotes')
  if (TEXT_ONLY.has(op)) return ok({ value: literal, operand: fold(literal) })
  const instant = parseInstant(literal)
  return instant === undefined
    ? fail('is compared with a dateTime such as "2011-05-13T04:42:34Z"')
    : ok({ value: literal, operand: instant })
}
