import { ok } from '../../result.ts'
import type { Attribute } from '../attributes.ts'
import { isComplex, isObject, orNothing, own, withValue } from '../documents/json.ts'
import {
  type ReadValue,
  readSingle,
  readValue,
  subName,
  subValuesOf,
} from '../documents/read-value.ts'
import { unlisted } from '../documents/tolerance.ts'
import type { Document, Json } from '../types.ts'

/**
 * One value after `add` or `replace`: of a complex one, the sub-attributes that are given change and
 * the others stay. A bare `value` (Entra ID's manager) is all of the value, unless it is that already.
 *
 * Source: RFC 7644 §3.5.2.1, §3.5.2.3.
 */
export function mergedValue(
  attribute: Attribute,
  before: Json | undefined,
  raw: unknown,
  at: string,
): ReadValue {
  const given = unlisted(raw)
  if (!isComplex(before)) return readSingle(attribute, given, at)
  if (given === before['value']) return ok(before)
  return isObject(given)
    ? mergedParts(attribute, before, given, at)
    : readSingle(attribute, given, at)
}

function mergedParts(
  attribute: Attribute,
  before: Document,
  given: { readonly [name: string]: unknown },
  at: string,
): ReadValue {
  let merged = before
  for (const [sub, raw] of subValuesOf(attribute, given)) {
    const name = subName(attribute, at, sub)
    const value = sub.multiValued
      ? readValue(sub, raw, name)
      : mergedValue(sub, own(merged, sub.name), raw, name)
    if (!value.ok) return value
    merged = withValue(merged, [sub.name], value.value)
  }
  return ok(orNothing(merged))
}
