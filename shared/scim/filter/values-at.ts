type Test = (value: unknown) => boolean

/**
 * Whether one of the values at a path passes a test. An empty list is tested as undefined, as is
 * what is not there. Only a value's own properties are read.
 */
export function anyValueAt(value: unknown, path: readonly string[], passes: Test, at = 0): boolean {
  if (Array.isArray(value)) {
    if (value.length === 0) return passes(undefined)
    return value.some((one) => anyValueAt(one, path, passes, at))
  }
  const name = path[at]
  return name === undefined
    ? passes(value)
    : anyValueAt(ownValue(value, name), path, passes, at + 1)
}

/** A bare text in the place of a complex value is its `value`: what Entra ID sends of managers. */
function ownValue(value: unknown, name: string): unknown {
  if (isObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined
  return name === 'value' ? value : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/**
 * Whether a value is not empty; of a complex one, whether something in it is not.
 *
 * Source: RFC 7644 §3.4.2.2 (pr).
 */
export function isPresent(value: unknown): boolean {
  return isObject(value)
    ? Object.values(value).some(isPresent)
    : value !== undefined && value !== null && value !== ''
}
