import { sha256 } from '../secrets.ts'
import { fold } from './fold.ts'

/** Longest user name, in UTF-16 code units. */
export const MAX_USER_NAME = 256

/** What is not seen, or changes the order in which the rest is seen (Unicode: Cc, Zl, Zp, Bidi_Control). */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/**
 * Whether somebody may be known to portals by this (R32): 1 to 256 characters of well-formed text,
 * no control characters, no white space at either end.
 */
export const isUserName = (text: string) =>
  text.length > 0 &&
  text.length <= MAX_USER_NAME &&
  text.trim() === text &&
  text.isWellFormed() &&
  !CONTROL.test(text)

/** Bytes of a sort key (DynamoDB, "Service quotas"): folding makes some texts longer. */
const MAX_BYTES = 1024

/**
 * The form in which user names are unique inside an organization, and looked up: folded, or what
 * stands for more than a key holds. Folded text has no capitals, so that no name is the hash of one.
 */
export function foldUserName(userName: string): string {
  const folded = fold(userName)
  return Buffer.byteLength(folded) > MAX_BYTES ? `SHA-256:${sha256(folded)}` : folded
}
