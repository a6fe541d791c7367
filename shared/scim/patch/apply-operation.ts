import { fail, ok, type Result } from '../../result.ts'
import type { Attribute } from '../attributes.ts'
import { valueAt, withValue } from '../documents/json.ts'
import { fullName } from '../documents/names.ts'
import type { ReadValue } from '../documents/read-value.ts'
import { mutability, type ScimError } from '../errors.ts'
import type { Document, Json } from '../types.ts'
import { changedList } from './changed-list.ts'
import { changedValues } from './changed-values.ts'
import { mergedValue } from './merged-value.ts'
import type { Operation } from './read-operations.ts'

/**
 * A document after one operation: the very same where nothing changes.
 *
 * Source: RFC 7644 §3.5.2.1 to §3.5.2.3.
 */
export function applyOperation(
  document: Document,
  { op, value, path: { ref, where, sub } }: Operation,
): Result<Document, ScimError> {
  // `emails.value` is that sub-attribute of every value.
  const list = ref.parent?.multiValued ? ref.parent : undefined
  const path = list ? ref.path.slice(0, -1) : ref.path
  const before = valueAt(document, path)
  const change = { op, value, at: fullName(path), before: Array.isArray(before) ? before : [] }
  const after = list
    ? changedValues(list, { ...change, sub: ref.attribute })
    : where
      ? changedValues(ref.attribute, { ...change, where, sub })
      : ref.attribute.multiValued
        ? changedList(ref.attribute, change)
        : changedSingle(ref.attribute, before, { op, value, at: change.at })
  return after.ok ? ok(withValue(document, path, after.value)) : after
}

function changedSingle(
  attribute: Attribute,
  before: Json | undefined,
  { op, value, at }: { op: Operation['op']; value: unknown; at: string },
): ReadValue {
  if (op !== 'remove') return mergedValue(attribute, before, value, at)
  // RFC 7644 §3.5.2.2
  return attribute.required ? fail(mutability(`${at} is required`)) : ok(undefined)
}
