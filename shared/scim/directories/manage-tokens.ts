import { type DirectoryId, newScimTokenId, type OrgId, type ScimTokenId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { Act } from '../../users/ports.ts'
import type { LiveTokens, ScimTokenStore } from './ports.ts'
import { issueScimToken } from './token-text.ts'
import type { ScimToken } from './types.ts'

/** So that one can be replaced by another without a gap. */
const MAX_TOKENS = 2

const MAX_ATTEMPTS = 8

/** The tokens of a directory that can be used. */
export async function listTokens(
  store: ScimTokenStore,
  directory: DirectoryId,
  now: number,
): Promise<readonly ScimToken[]> {
  const { tokens } = usable(await store.findLive(directory), now)
  return store.findAll(tokens.map(({ id }) => id))
}

type Asked = {
  orgId: OrgId
  directoryId: DirectoryId
  label: string
  /** Absent: it does not expire. */
  lifetimeSeconds: number | undefined
}

/**
 * Makes a token, of which two of a directory can be used at once. Its text is shown once: only the
 * hash is kept.
 */
export async function createToken(
  store: ScimTokenStore,
  { orgId, directoryId, label, lifetimeSeconds }: Asked,
  act: Act,
): Promise<
  Result<{ token: ScimToken; text: string }, 'too_many_scim_tokens' | 'directory_unknown'>
> {
  const id = newScimTokenId()
  const { text, secretHash } = issueScimToken(id)
  const token: ScimToken = {
    ...{ id, directoryId, orgId, secretHash, label, createdAt: act.at, createdBy: act.actor },
    ...(lifetimeSeconds !== undefined && { expiresAt: act.at + lifetimeSeconds }),
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const live = usable(await store.findLive(directoryId), act.at)
    if (live.tokens.length >= MAX_TOKENS) return fail('too_many_scim_tokens')
    const error = await store.create(token, live, act)
    if (!error) return ok({ token, text })
    if (error === 'directory_unknown') return fail(error)
  }
  throw new Error('the tokens of a directory change all the time')
}

/** From this moment on the token is good for nothing. */
export async function revokeToken(
  store: ScimTokenStore,
  { directoryId, id }: { directoryId: DirectoryId; id: ScimTokenId },
  act: Act,
): Promise<Result<void, 'scim_token_unknown'>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const live = usable(await store.findLive(directoryId), act.at)
    if (!live.tokens.some((one) => one.id === id)) return fail('scim_token_unknown')
    const [token] = await store.findAll([id])
    if (!token) return fail('scim_token_unknown')
    if (!(await store.revoke(token, live, act))) return ok(undefined)
  }
  throw new Error('the tokens of a directory change all the time')
}

/** Without those that have expired: nothing else takes them out of the list. */
export const usable = ({ tokens, revision }: LiveTokens, now: number): LiveTokens => ({
  tokens: tokens.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now),
  revision,
})
