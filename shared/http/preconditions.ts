import { fail, ok, type Result } from '../result.ts'
import { refuse } from './refuse.ts'
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
  if (value === undefined) return isRequired ? fail(refuse('precondition_required')) : ok(undefined)
  if (value === '*') return ok(undefined)
  if (!TAGS.test(value)) return fail(refuse('if_match_malformed'))
  return ok([...value.matchAll(TAG)].flatMap(([, weak, tag = '']) => (weak ? [] : [tag])))
}

const TAG = /(W\/)?"([\x21\x23-\x7e]*)"/g
const TAGS = /^(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*$/
