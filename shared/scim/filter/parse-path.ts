import { fail, ok, type Result } from '../../result.ts'
import { type AttributeRef, type ResourceType, subAttributeOf } from '../attributes.ts'
import { invalidPath, type ScimError, shown } from '../errors.ts'
import { resolve, valueFilter } from './expression.ts'
import { expected, type Reader, readerOf, refuse, take, takeMark } from './reader.ts'
import { resourceScope } from './scope.ts'
import type { PatchPath } from './types.ts'

/**
 * Reads the path of a PATCH operation, with the limits of filters. Errors are invalidPath.
 *
 * Source: RFC 7644 §3.5.2 (figure 7).
 */
export function parsePath(type: ResourceType, text: string): Result<PatchPath, ScimError> {
  const reader = readerOf(type, text, (detail) => invalidPath(`path: ${detail}`))
  const path = pathOf(reader)
  if (path && take(reader, 'end') !== undefined) return ok(path)
  expected(reader, path ? 'its end' : 'an attribute')
  return fail(reader.error ?? invalidPath('path: It cannot be read.'))
}

function pathOf(reader: Reader): PatchPath | undefined {
  const name = take(reader, 'word')
  const ref = name === undefined ? undefined : resolve(reader, resourceScope(reader.type), name)
  return ref && takeMark(reader, '[') ? valuesOf(reader, ref) : ref && { ref }
}

/** `emails[…]` and `emails[…].value`. */
function valuesOf(reader: Reader, ref: AttributeRef): PatchPath | undefined {
  if (!ref.attribute.multiValued) return refuse(reader, `${ref.attribute.name} has one value only.`)
  const where = valueFilter(reader, ref)
  const name = where && take(reader, 'sub')
  if (!where || name === undefined) return where && { ref, where }
  const sub = subAttributeOf(ref.attribute, name)
  return sub ? { ref, where, sub } : refuse(reader, `No such attribute: ${shown(name)}`)
}
