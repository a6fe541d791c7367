import { fail, ok, type Result } from '../result.ts'
import type { ScimCall, Tags } from './calls.ts'
import { invalidValue, type ScimError, versionMismatch } from './errors.ts'

/** The entity tag of a version, which is also `meta.version` (RFC 7644 §3.14). */
export const entityTag = (version: number) => `W/"${version}"`

/**
 * Reads If-Match or If-None-Match: tags are weak ones of ours, and are compared as such, as RFC 7644
 * §3.14 does. What is no list of tags is refused rather than overlooked.
 */
export function readTags(value: string | undefined): Result<Tags | undefined, ScimError> {
  const text = value?.trim()
  if (text === undefined) return ok(undefined)
  if (text === '*') return ok('*')
  if (text.length > MAX_LENGTH || !TAGS.test(text)) {
    return fail(invalidValue('If-Match and If-None-Match take entity tags, such as W/"1"'))
  }
  return ok([...text.matchAll(TAG)].map(([, tag = '']) => tag))
}

const MAX_LENGTH = 2000
const TAG = /(?:W\/)?"([\x21\x23-\x7e]*)"/g
const TAGS = /^(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*$/

/** Whether a header names this version of a resource that exists. */
export const isNamed = (tags: Tags, version: number) =>
  tags === '*' || tags.includes(String(version))

/** Why a resource of this version may not be changed by the request; undefined: it may. */
export function refusedByVersion(
  { ifMatch, ifNoneMatch }: Pick<ScimCall, 'ifMatch' | 'ifNoneMatch'>,
  version: number,
): ScimError | undefined {
  const isExpected = ifMatch === undefined || isNamed(ifMatch, version)
  const isUnwanted = ifNoneMatch !== undefined && isNamed(ifNoneMatch, version)
  if (isExpected && !isUnwanted) return undefined
  return versionMismatch(`The resource is at version ${entityTag(version)}`)
}
