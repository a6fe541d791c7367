import { fail, ok, type Result } from '../../result.ts'
import { type Attribute, subAttributeOf } from '../attributes.ts'
import { invalidValue, type ScimError } from '../errors.ts'
import type { Json } from '../types.ts'
import { isObject, orNothing } from './json.ts'
import { distinct, listFault } from './lists.ts'
import {
  isUnassigned,
  listed,
  unfolded,
  unlisted,
  unquotedBoolean,
  valueName,
} from './tolerance.ts'

/** A value of a document; undefined: unassigned. */
export type ReadValue = Result<Json | undefined, ScimError>

/**
 * Reads the value of an attribute as a client sends it: names as the schema spells them, without what
 * no schema knows and what clients do not write.
 *
 * Source: RFC 7643 §2.3, §2.5; RFC 7644 §3.5.1 (read-only values are ignored).
 *
 * @param at the attribute's full name, for the client
 */
export function readValue(attribute: Attribute, raw: unknown, at: string): ReadValue {
  return attribute.multiValued
    ? readList(attribute, raw, at)
    : readSingle(attribute, unlisted(raw), at)
}

function readList(attribute: Attribute, raw: unknown, at: string): ReadValue {
  const values: Json[] = []
  for (const one of listed(raw)) {
    const value = readSingle(attribute, one, at)
    if (!value.ok) return value
    if (value.value !== undefined) values.push(value.value)
  }
  const list = distinct(values)
  const fault = listFault(at, list)
  if (fault) return fail(fault)
  return ok(list.length > 0 ? list : undefined)
}

/** Reads one value, of a list or by itself. */
export function readSingle(attribute: Attribute, raw: unknown, at: string): ReadValue {
  if (isUnassigned(raw)) return ok(undefined)
  return attribute.type === 'complex'
    ? readComplex(attribute, unfolded(attribute, raw), at)
    : readSimple(attribute, raw, at)
}

function readComplex(attribute: Attribute, raw: unknown, at: string): ReadValue {
  if (!isObject(raw)) return fail(wrongType(at, 'an object'))
  const document: Record<string, Json> = {}
  for (const [sub, given] of subValuesOf(attribute, raw)) {
    const value = readValue(sub, given, subName(attribute, at, sub))
    if (!value.ok) return value
    if (value.value !== undefined) document[sub.name] = value.value
  }
  return ok(orNothing(document))
}

/** What an object says of the sub-attributes that a client may write: of each the last that it says. */
export function subValuesOf(attribute: Attribute, raw: { readonly [name: string]: unknown }) {
  const values = new Map<Attribute, unknown>()
  for (const [name, given] of Object.entries(raw)) {
    const sub = subAttributeOf(attribute, valueName(attribute, name))
    if (sub && isWritten(sub)) values.set(sub, given)
  }
  return values
}

/** Whether documents keep what clients send of it: not if it is ours, nor if nobody may read it. */
export const isWritten = ({ mutability, returned }: Attribute) =>
  mutability !== 'readOnly' && returned !== 'never'

/** The full name of a sub-attribute: an extension is the attribute that its URN names. */
export const subName = ({ name }: Attribute, at: string, sub: Attribute) =>
  `${at}${name.includes(':') ? ':' : '.'}${sub.name}`

function readSimple({ type }: Attribute, raw: unknown, at: string): ReadValue {
  if (type === 'boolean') {
    const value = unquotedBoolean(raw)
    return typeof value === 'boolean' ? ok(value) : fail(wrongType(at, 'true or false'))
  }
  if (typeof raw !== 'string') return fail(wrongType(at, 'a string'))
  // Half a character: what stores and compares it makes different things of it (RFC 8259 §8.2).
  if (!raw.isWellFormed()) return fail(invalidValue(`${at} is no well-formed Unicode text`))
  if (type === 'dateTime' && !isDateTime(raw)) return fail(wrongType(at, 'a date and time'))
  return ok(raw)
}

const wrongType = (at: string, expected: string) => invalidValue(`${at} must be ${expected}`)

/** RFC 7643 §2.3.5: xsd:dateTime, with date and time. */
const isDateTime = (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text))

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/
