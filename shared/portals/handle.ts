import { randomBytes } from 'node:crypto'
import { type OrgId, orgOfSsoToken, type SsoTokenId, type UserId } from '../ids.ts'

/** Where all stands that a portal's login token is judged by. */
export type Place = { orgId: OrgId; userId: UserId; ssoTokenId: SsoTokenId }

const HANDLE = /^[\w-]{75}$/
/** Of an organization, a user, an SSO token's own part and of what makes the handle one of its own. */
const BYTES = 16 + 16 + 8 + 16

/**
 * A handle that says where to read: hop and redeem read everything in one round (ADR 0023). It
 * decides nothing, as nobody but us makes a record that stands under it.
 */
export function newPortalHandle({ userId, ssoTokenId }: Omit<Place, 'orgId'>): string {
  const digits = ssoTokenId.slice(4, 36) + userId.slice('usr_'.length) + ssoTokenId.slice(36)
  return Buffer.concat([Buffer.from(digits, 'hex'), randomBytes(16)]).toString('base64url')
}

/** What a handle says; undefined of that of another kind of login token. */
export function placeOf(handle: string): Place | undefined {
  if (!HANDLE.test(handle)) return undefined
  const digits = Buffer.from(handle, 'base64url').toString('hex', 0, BYTES)
  const ssoTokenId: SsoTokenId = `sso_${digits.slice(0, 32)}${digits.slice(64, 80)}`
  return { orgId: orgOfSsoToken(ssoTokenId), userId: `usr_${digits.slice(32, 64)}`, ssoTokenId }
}
