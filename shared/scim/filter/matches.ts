import type { Attribute } from '../attributes.ts'
import { compares } from './compares.ts'
import type { Filter } from './types.ts'
import { anyValueAt, isPresent } from './values-at.ts'

/**
 * Whether a rendered resource (id, meta and document together) is as the filter says.
 *
 * Of an attribute with several values one has to be so; an operator behind a value filter speaks of
 * a value that the filter has let through. What is absent is null: `ne` is true of it, `eq "x"` and
 * what else compares is not, nor has it a value that could be as a value filter says.
 *
 * Source: RFC 7644 §3.4.2.2; RFC 7643 §2.5 (null is unassigned).
 */
export const matches = (filter: Filter, resource: object): boolean => holds(filter, resource)

/** Whether one value of a complex attribute is as the filter of a path says (RFC 7644 §3.5.2). */
export const matchesValue = (where: Filter, parent: Attribute, value: unknown): boolean =>
  holds({ kind: 'some', ref: { path: [], attribute: parent }, where }, value)

function holds(filter: Filter, value: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((one) => holds(one, value))
    case 'or':
      return filter.of.some((one) => holds(one, value))
    case 'not':
      return !holds(filter.of, value)
    case 'some':
      return anyValueAt(value, filter.ref.path, (one) => isThere(one) && holds(filter.where, one))
    case 'present':
      return anyValueAt(value, filter.ref.path, isPresent)
    case 'compare':
      return anyValueAt(value, filter.ref.path, (one) => compares(filter, one))
    default:
      return filter satisfies never
  }
}

const isThere = (value: unknown) => value !== undefined && value !== null
