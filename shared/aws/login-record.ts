import type { IdpId, OrgId, UserId } from '../ids.ts'
import type { SignIn, SignInRequest } from '../sign-in/ports.ts'
import type { LoginRecord } from '../tokens/ports.ts'
import { ephemeralKeys } from './keys.ts'

/**
 * The one item of a sign-in, at `login#<handle>` in the ephemeral table: first the request, then
 * the login token with what it stands for, then its use. It stays as replay marker until a response
 * could not be presented again.
 */
type LoginItem = {
  pk: string
  requestId?: string
  idpId: IdpId
  product?: string
  target?: string
  /** Epoch seconds; of a request. */
  validUntil?: number
  secretHash?: string
  redeemableUntilMs?: number
  orgId?: OrgId
  userId?: UserId
  email?: string
  givenName?: string
  familyName?: string
  displayName?: string
  authnInstant?: number
  authnContext?: string
  /** Nonce of the call that redeemed it. */
  usedBy?: string
  /** TTL, epoch seconds: only cleans up, never decides. */
  expiresAt: number
}

const KEPT_SECONDS = 3600

export const requestItem = (handle: string, request: SignInRequest): LoginItem => ({
  ...ephemeralKeys.login(handle),
  requestId: request.requestId,
  idpId: request.idpId,
  ...(request.product !== undefined && { product: request.product }),
  ...(request.target !== undefined && { target: request.target }),
  validUntil: request.validUntil,
  expiresAt: request.validUntil + KEPT_SECONDS,
})

/** What a completed sign-in adds to its item. */
export const completionOf = (signIn: SignIn, userId: UserId) => ({
  idpId: signIn.idp.id,
  orgId: signIn.idp.orgId,
  userId,
  product: signIn.landing.product,
  target: signIn.landing.target,
  secretHash: signIn.secretHash,
  redeemableUntilMs: signIn.redeemableUntilMs,
  email: signIn.profile.email,
  givenName: signIn.profile.givenName,
  familyName: signIn.profile.familyName,
  displayName: signIn.profile.displayName,
  nameId: signIn.authentication.nameId,
  sessionIndex: signIn.authentication.sessionIndex,
  authnInstant: signIn.authentication.authnInstant,
  authnContext: signIn.authentication.authnContext,
  expiresAt: signIn.replayableUntil + KEPT_SECONDS,
})

/** The item as a request of ours; undefined if it never was one. */
export function requestOf(item: object | undefined): SignInRequest | undefined {
  const { requestId, idpId, product, target, validUntil, secretHash } = (item ?? {}) as LoginItem
  if (requestId === undefined || validUntil === undefined) return undefined
  return {
    requestId,
    idpId,
    ...(product !== undefined && { product }),
    ...(target !== undefined && { target }),
    validUntil,
    isUsed: secretHash !== undefined,
  }
}

/** The item as a login token; undefined while no response has completed it. */
export function loginRecordOf(handle: string, item: object | undefined): LoginRecord | undefined {
  const { pk: _, usedBy, ...stored } = (item ?? {}) as LoginItem
  if (stored.secretHash === undefined) return undefined
  // A completed item has all of these: they are written together, see completionOf().
  return { ...(stored as unknown as LoginRecord), handle, isUsed: usedBy !== undefined }
}
