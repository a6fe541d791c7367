import { newSecret, sha256 } from '../secrets.ts'

/** How long a login token can be redeemed (R32). */
export const LOGIN_TOKEN_LIFETIME_MS = 20_000

/** A login token: where its record is, and the secret that proves it. Only the hash is stored. */
export type LoginToken = { handle: string; secretHash: string }

/**
 * Makes the token that the browser carries, `<handle>.<secret>`: the secret has 43 characters, the
 * handle as many, or 75 where a portal asked for it (ADR 0023).
 */
export function issueLoginToken(handle: string): { token: string; secretHash: string } {
  const secret = newSecret()
  return { token: `${handle}.${secret}`, secretHash: sha256(secret) }
}

const TOKEN = /^([\w-]{43}|[\w-]{75})\.([\w-]{43})$/

/** Undefined if it cannot be a login token of ours. */
export function readLoginToken(token: string): LoginToken | undefined {
  const [, handle, secret] = TOKEN.exec(token) ?? []
  return handle && secret ? { handle, secretHash: sha256(secret) } : undefined
}

/** Whether a handle is that of a login token that a portal asked for. */
export const isPortalHandle = (handle: string) => handle.length === 75
