import type { Attribute, AttributeRef } from '../attributes.ts'

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

export type Comparison = {
  kind: 'compare'
  op: Operator
  ref: AttributeRef
  /** As the request has it; of a boolean attribute always a boolean. */
  value: string | boolean
  /** What values are compared with: the folded text, or epoch milliseconds. */
  operand: string | number | boolean
}

/**
 * A filter whose names are attributes of the registry. `some`: one value of the attribute is as
 * `where` says, whose paths begin inside of that value. `eq null` is the same as `not (… pr)` and
 * read as that, `ne null` as `pr`.
 *
 * Source: RFC 7644 §3.4.2.2.
 */
export type Filter =
  | { kind: 'and' | 'or'; of: readonly Filter[] }
  | { kind: 'not'; of: Filter }
  | { kind: 'some'; ref: AttributeRef; where: Filter }
  | { kind: 'present'; ref: AttributeRef }
  | Comparison

/**
 * The target of a PATCH operation: `name`, `name.familyName` and an extension's URN are a `ref` and
 * nothing else; `emails[type eq "work"].value` is the list with `where` and `sub`.
 *
 * Source: RFC 7644 §3.5.2.
 */
export type PatchPath = {
  ref: AttributeRef
  /** Which values of the list: see `matchesValue`. */
  where?: Filter
  /** Of those values. */
  sub?: Attribute
}
