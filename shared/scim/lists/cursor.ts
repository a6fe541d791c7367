import { createHmac } from 'node:crypto'
import type { DirectoryId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { isSameHash, sha256 } from '../../secrets.ts'
import { expiredCursor, invalidCursor, type ScimError } from '../errors.ts'
import type { Place } from '../ports.ts'
import type { Directory } from '../types.ts'

/** How long a cursor is good, in seconds: ServiceProviderConfig says it, too. */
export const CURSOR_SECONDS = 3600

/** What a cursor is good for: one search of one directory. */
export type CursorScope = {
  directory: Pick<Directory, 'id' | 'cursorKey'>
  /** `Users` or `Groups`. */
  list: string
  filter: string | undefined
}

const MAX_LENGTH = 4096
/** Unreserved characters of URLs only (RFC 9865 §2): a payload and its HMAC. */
const CURSOR = /^([\w-]+)\.([\w-]{43})$/

/** @param now epoch seconds */
export function writeCursor(scope: CursorScope, place: Place, now: number): string {
  const content = [place, queryHash(scope), now + CURSOR_SECONDS]
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${payload}.${macOf(scope.directory, payload)}`
}

/**
 * The place that a cursor of ours names. One that was forged, or belongs to another directory or
 * search, is invalid; one that is older than an hour has expired.
 *
 * Source: RFC 9865 §2.1.
 *
 * @param now epoch seconds
 */
export function readCursor(
  scope: CursorScope,
  cursor: string,
  now: number,
): Result<Place, ScimError> {
  const [, payload = '', mac = ''] = cursor.length > MAX_LENGTH ? [] : (CURSOR.exec(cursor) ?? [])
  const isOurs = isSameHash(mac, macOf(scope.directory, payload))
  if (!isOurs) return fail(invalidCursor('The cursor is none of this directory'))
  const content = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Content // of ours
  const [place, hash, expiresAt] = content
  if (hash !== queryHash(scope)) return fail(invalidCursor('The cursor is one of another search'))
  if (expiresAt <= now) return fail(expiredCursor('The cursor has expired'))
  return ok(place)
}

type Content = [place: Place, queryHash: string, expiresAt: number]

const macOf = ({ id, cursorKey }: { id: DirectoryId; cursorKey: string }, payload: string) =>
  createHmac('sha256', cursorKey).update(`${id}.${payload}`).digest('base64url')

const queryHash = ({ list, filter }: CursorScope) => sha256(JSON.stringify([list, filter]))
