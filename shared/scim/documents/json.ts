import type { Document, Json } from '../types.ts'

/** Whether it is a JSON object. */
export const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value of a document has sub-attributes. */
export const isComplex = (value: Json | undefined): value is Document => isObject(value)

/** What an object has under a name itself: nothing that it inherits. */
export const own = <Value>(
  object: { readonly [name: string]: Value },
  name: string,
): Value | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)

/** Whether two values are the same, in whatever order their members stand. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => isSame(value, b[at]))
  }
  if (!isComplex(a) || !isComplex(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length && names.every((name) => isSame(a[name], own(b, name)))
  )
}

/** The value at a path of names. */
export function valueAt(object: Document, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object
  for (const name of path) value = isComplex(value) ? own(value, name) : undefined
  return value
}

/**
 * An object with another value at a path of names, or without it where the value is undefined; an
 * object that gets empty by that is gone, too. What stays the same is the same object.
 */
export function withValue(
  object: Document,
  [name = '', ...rest]: readonly string[],
  value: Json | undefined,
): Document {
  const before = own(object, name)
  const next =
    rest.length === 0 ? value : orNothing(withValue(isComplex(before) ? before : {}, rest, value))
  if (isSame(before, next)) return object
  if (next !== undefined) return { ...object, [name]: next }
  const { [name]: _gone, ...others } = object
  return others
}

/** RFC 7643 §2.5: an attribute without a value is not there. */
export const orNothing = (value: Document): Document | undefined =>
  Object.keys(value).length > 0 ? value : undefined
