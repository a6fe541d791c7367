import { fail, ok, type Result } from '../../result.ts'
import type { Attribute } from '../attributes.ts'
import { isComplex, withValue } from '../documents/json.ts'
import { type ReadValue, readSingle, subName } from '../documents/read-value.ts'
import { isUnassigned, unfolded, unlisted } from '../documents/tolerance.ts'
import { noTarget, type ScimError } from '../errors.ts'
import { matchesValue } from '../filter/matches.ts'
import type { Filter } from '../filter/types.ts'
import type { Document, Json } from '../types.ts'
import type { ListChange } from './changed-list.ts'
import { describedValue, isDesignation } from './described-value.ts'
import { mergedValue } from './merged-value.ts'
import { settledList } from './settled-list.ts'

/** An operation on those values of a list that a filter lets through, or on all, or on a part. */
type ValuesChange = ListChange & { where?: Filter | undefined; sub?: Attribute | undefined }

/**
 * A list after an operation on some of its values.
 *
 * Source: RFC 7644 §3.5.2 (valuePath).
 */
export function changedValues(attribute: Attribute, change: ValuesChange): ReadValue {
  const { op, before, at, where } = change
  const isMeant = before.map((one) => !where || matchesValue(where, attribute, one))
  if (!isMeant.includes(true)) {
    return op === 'remove' ? ok(orNone(before)) : withNewValue(attribute, change)
  }
  const changed = readChange(attribute, change)
  if (!changed.ok) return changed
  const after: Json[] = []
  for (const [index, one] of before.entries()) {
    const value = isMeant[index] ? changed.value(one) : ok(one)
    if (!value.ok) return value
    if (value.value !== undefined) after.push(value.value)
  }
  const others = before.filter((_, index) => !isMeant[index])
  return settledList(others, after, at)
}

/** What becomes of a value; undefined: it goes. */
type Change = (one: Json) => ReadValue

/** Reads once what is done to each value that is meant. */
function readChange(attribute: Attribute, change: ValuesChange): Result<Change, ScimError> {
  const { op, value, at, sub, where } = change
  if (sub) {
    const part = op === 'remove' ? ok(undefined) : readPart(attribute, sub, value, at)
    return part.ok ? ok((one) => ok(withPart(one, sub, part.value))) : part
  }
  if (op === 'remove') return ok(() => ok(undefined))
  if (op === 'add') {
    const given = unfolded(attribute, unlisted(value))
    return ok((one) => (isUnassigned(given) ? ok(one) : mergedValue(attribute, one, given, at)))
  }
  const next = readSingle(attribute, unlisted(value), at)
  if (!next.ok) return next
  // What the filter says of the value goes on to hold where the new one says nothing of it.
  const described = where && describedValue(where)
  const isCompleted = described && isComplex(next.value)
  const whole = isCompleted ? readSingle(attribute, { ...described, ...next.value }, at) : next
  return whole.ok ? ok(() => whole) : whole
}

/** A value with another sub-attribute; undefined: nothing is left of it. */
function withPart(one: Json, sub: Attribute, part: Json | undefined): Json | undefined {
  if (!isComplex(one)) return one
  const next = withValue(one, [sub.name], part)
  return next !== one && part === undefined && isEmptied(next) ? undefined : next
}

const readPart = (attribute: Attribute, sub: Attribute, raw: unknown, at: string) =>
  readSingle(sub, unlisted(raw), subName(attribute, at, sub))

/** Type and primary tell values apart; without anything else there is none (RFC 7643 §2.5). */
const isEmptied = (value: Document) =>
  Object.keys(value).every((name) => name === 'type' || name === 'primary')

const orNone = (values: readonly Json[]) => (values.length > 0 ? values : undefined)

/**
 * `add` and `replace` where no value is meant. RFC 7644 §3.5.2.3 wants noTarget for `replace`, and
 * erratum 8097 a new value for `add` that is as the filter says. Entra ID sends `replace`, too, for
 * values that there are not yet, always in the form `emails[type eq "work"].value` with the types of
 * the schema or `primary eq "True"`: those only are made by `replace`. What the RFC's noTarget is
 * for, a filter that looks for a certain value, still has it.
 */
function withNewValue(attribute: Attribute, change: ValuesChange): ReadValue {
  const { op, at, before, where, sub } = change
  const described = where ? describedValue(where) : {}
  const mayBeMade = described && (op === 'add' || (sub && isDesignation(attribute, described)))
  if (!mayBeMade) return fail(noTarget(`No value of ${at} is as the path says`))
  const made = newValue(attribute, described, change)
  if (!made.ok) return made
  return made.value === undefined
    ? ok(orNone(before))
    : settledList(before, [...before, made.value], at)
}

/** What a filter describes with what is given of it; undefined: nothing is. */
function newValue(attribute: Attribute, described: Document, change: ValuesChange): ReadValue {
  const { value, at, sub } = change
  const given = sub ? { [sub.name]: value } : unfolded(attribute, unlisted(value))
  const read = readSingle(attribute, given, at)
  if (!read.ok || read.value === undefined) return read
  // What the filter says is the client's, too, and read like the rest.
  const base = readSingle(attribute, described, at)
  return base.ok ? mergedValue(attribute, base.value, given, at) : base
}
