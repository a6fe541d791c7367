import { fail, ok, type Result } from '../result.ts'
import { invalidSyntax, type ScimError, tooLarge } from './errors.ts'

/** Of a body, in bytes: also what ServiceProviderConfig says of bulk requests. */
export const MAX_BODY_BYTES = 1024 * 1024

const MAX_DEPTH = 50

/**
 * Reads the JSON of a body. Of members with one name the last counts, as everywhere in JavaScript;
 * those called `__proto__` are dropped, so that nothing that copies a value can meet them.
 */
export function readJson(text: string): Result<unknown, ScimError> {
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    return fail(tooLarge(`A body has ${MAX_BODY_BYTES} bytes at most`))
  }
  const value = parse(text)
  if (value === undefined) return fail(invalidSyntax('The body is no JSON'))
  if (!tidy(value, 1)) return fail(invalidSyntax(`The body is nested deeper than ${MAX_DEPTH}`))
  return ok(value)
}

/** Undefined, which JSON cannot say, where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Whether it is not too deep; takes away what is dangerous. */
function tidy(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth > MAX_DEPTH) return false
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  return Object.values(value).every((one) => tidy(one, depth + 1))
}
