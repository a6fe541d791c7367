import { randomBytes } from 'node:crypto'
import { type DirectoryId, newDirectoryId, type OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { sha256 } from '../secrets.ts'
import { refuse } from './refuse.ts'
import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

/** A call that may come again, by its caller's name for it, and what makes it the same call. */
export type RepeatableCall = { keyHash: string; callHash: string }

/**
 * Reads the Idempotency-Key; undefined if the caller names none.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header §2.
 *
 * @param caller whose names must not meet another caller's
 */
export function readIdempotencyKey(
  { header, routeKey, path, body }: HttpRequest,
  caller: string,
): Result<RepeatableCall | undefined, HttpResponse> {
  const key = header('idempotency-key')
  if (key === undefined) return ok(undefined)
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) return fail(refuse('idempotency_key_malformed'))
  return ok({
    keyHash: sha256(JSON.stringify([caller, routeKey, key])),
    callHash: sha256(JSON.stringify([path, body])),
  })
}

/**
 * The id of what a repeatable call creates: the same each time the call comes, so that it is created
 * once. Where the call has no name, a random one.
 */
export const repeatableId = <const Prefix extends string>(
  prefix: Prefix,
  repeatable: RepeatableCall | undefined,
): `${Prefix}_${string}` =>
  repeatable
    ? `${prefix}_${hexOf(repeatable).slice(0, 32)}`
    : `${prefix}_${randomBytes(16).toString('hex')}`

/** The same of a directory, whose id begins with that of its organization. */
export const repeatableDirectoryId = (
  orgId: OrgId,
  repeatable: RepeatableCall | undefined,
): DirectoryId =>
  repeatable
    ? `dir_${orgId.slice('org_'.length)}${hexOf(repeatable).slice(0, 8)}`
    : newDirectoryId(orgId)

const hexOf = ({ keyHash }: RepeatableCall) => Buffer.from(keyHash, 'base64url').toString('hex')
