import type { DirectoryId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash } from '../secrets.ts'
import type { FoundAccess } from './access-ports.ts'
import type { readScimToken } from './directories/token-text.ts'
import type { ScimToken } from './directories/types.ts'
import type { ScimCaller } from './types.ts'

/** Why a caller is refused. The log knows it; of the first group callers learn no more than 401. */
export type AccessError =
  | 'token_missing'
  | 'token_unknown'
  | 'token_wrong'
  | 'token_expired'
  | 'organization_closed'
  /** The token is good, but not here. */
  | 'directory_foreign'
  | 'directory_unknown'

/** A caller, and the token that it came with. */
export type Authenticated = { caller: ScimCaller; token: ScimToken }

type Presented = NonNullable<ReturnType<typeof readScimToken>>

/**
 * Judges a token that was presented to a directory. A token is good in its own directory only: any
 * other is, for its holder, as if it did not exist.
 *
 * @param now epoch seconds
 */
export function authenticate(
  presented: Presented,
  { token, directory, organization }: FoundAccess,
  asked: { directory: DirectoryId; now: number },
): Result<Authenticated, AccessError> {
  if (!token) return fail('token_unknown')
  if (!isSameHash(presented.secretHash, token.secretHash)) return fail('token_wrong')
  if (isExpired(token, asked.now)) return fail('token_expired')
  if (token.directoryId !== asked.directory) return fail('directory_foreign')
  if (!organization) return fail('organization_closed')
  if (!directory) return fail('directory_unknown')
  const { domains } = organization
  return ok({ caller: { directory, tokenId: token.id, domains }, token })
}

/** @param now epoch seconds */
export const isExpired = ({ expiresAt }: ScimToken, now: number) =>
  expiresAt !== undefined && expiresAt <= now

/** What is shown of the last use is exact to so many seconds: few requests write it. */
export const USE_SECONDS = 300

/** Whether a use should be noted. */
export const isUseOld = ({ lastUsedAt }: ScimToken, now: number) =>
  lastUsedAt === undefined || lastUsedAt <= now - USE_SECONDS
