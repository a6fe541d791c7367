import { fail, ok, type Result } from '../result.ts'
import { problem } from './problem.ts'
import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

/** The entity tag of a revision. */
export const entityTag = (revision: string) => `"${revision}"`

/**
 * The revisions that a caller allows to be changed; undefined: any. Weak tags match none (RFC 9110
 * §13.1.1), and what is not a list of tags is refused rather than overlooked.
 *
 * @param isRequired whether a change without the header is refused (RFC 6585 §3)
 */
export function readIfMatch(
  { header }: HttpRequest,
  isRequired = false,
): Result<readonly string[] | undefined, HttpResponse> {
  const value = header('if-match')?.trim()
  if (value === undefined) return isRequired ? fail(required) : ok(undefined)
  if (value === '*') return ok(undefined)
  if (!TAGS.test(value)) return fail(malformed)
  return ok([...value.matchAll(TAG)].flatMap(([, weak, tag = '']) => (weak ? [] : [tag])))
}

const TAG = /(W\/)?"([\x21\x23-\x7e]*)"/g
const TAGS = /^(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*$/

const required = problem({
  status: 428,
  cause: 'precondition_required',
  title: 'Say by If-Match which state you change',
})

const malformed = problem({
  status: 400,
  cause: 'if_match_malformed',
  title: 'If-Match is no list of entity tags',
})
