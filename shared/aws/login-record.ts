import type { IdpId, OrgId, TestId, UserId } from '../ids.ts'
import type { SignIn, SignInRequest } from '../sign-in/ports.ts'
import { sessionId, unnamedSessionId } from '../sign-out/session-id.ts'
import { LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import type { LoginRecord } from '../tokens/ports.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'

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
  testId?: TestId
  /** Epoch seconds; when a test was answered. */
  testedAt?: number
  /** Epoch seconds; of a request. */
  issuedAt?: number
  validUntil?: number
  forceAuthn?: true
  /** What the request asked for; `authnContext` is what came. */
  wantedAuthnContext?: readonly string[]
  secretHash?: string
  redeemableUntilMs?: number
  orgId?: OrgId
  userId?: UserId
  email?: string
  givenName?: string
  familyName?: string
  displayName?: string
  groups?: readonly string[]
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
  ...(request.testId !== undefined && { testId: request.testId }),
  issuedAt: request.issuedAt,
  validUntil: request.validUntil,
  ...(request.forceAuthn && { forceAuthn: true }),
  ...(request.authnContext && { wantedAuthnContext: request.authnContext }),
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
  groups: signIn.groups,
  requiresAccess: signIn.requiresAccess,
  nameId: signIn.authentication.nameId,
  sessionIndex: signIn.authentication.sessionIndex,
  sid: sidOf(signIn),
  subjectKey: signIn.subjectKey,
  signedInAtMs: signIn.redeemableUntilMs - LOGIN_TOKEN_LIFETIME_MS,
  assertedAt: signIn.authentication.issueInstant,
  authnInstant: signIn.authentication.authnInstant,
  authnContext: signIn.authentication.authnContext,
  expiresAt: Math.max(signIn.replayableUntil + KEPT_SECONDS, sessionEnd(signIn)),
})

function sidOf({ authentication, handle, subjectKey }: SignIn): string {
  const { sessionIndex } = authentication
  return sessionIndex === undefined
    ? unnamedSessionId(subjectKey, handle)
    : sessionId(subjectKey, sessionIndex)
}

const DAY_SECONDS = 24 * 3600

/** A logout must find the session: for a day, or as long as the provider says, up to a week. */
function sessionEnd({ authentication, trace }: SignIn): number {
  const asserted = authentication.sessionNotOnOrAfter ?? 0
  return Math.min(Math.max(asserted, trace.at + DAY_SECONDS), trace.at + 7 * DAY_SECONDS)
}

/** Leads from a NameID to who is known by an attribute; undefined where the NameID itself does. */
export const sessionNameItem = (signIn: SignIn) =>
  signIn.nameIdKey === undefined
    ? undefined
    : {
        ...ephemeralKeys.sessionName(signIn.nameIdKey),
        subjectKey: signIn.subjectKey,
        expiresAt: sessionEnd(signIn),
      }

/** The item as a request of ours; undefined if it never was one. */
export function requestOf(item: object | undefined): SignInRequest | undefined {
  const { requestId, idpId, product, target, secretHash, ...rest } = (item ?? {}) as LoginItem
  const { issuedAt, validUntil, forceAuthn, wantedAuthnContext, testId, testedAt } = rest
  if (requestId === undefined || issuedAt === undefined || validUntil === undefined) {
    return undefined
  }
  return {
    requestId,
    idpId,
    issuedAt,
    ...(forceAuthn && { forceAuthn }),
    ...(wantedAuthnContext && { authnContext: wantedAuthnContext }),
    ...(product !== undefined && { product }),
    ...(target !== undefined && { target }),
    validUntil,
    ...(testId !== undefined && { testId }),
    isUsed: secretHash !== undefined || testedAt !== undefined,
  }
}

/** The item as a login token; undefined while no response has completed it. */
export function loginRecordOf(handle: string, item: object | undefined): LoginRecord | undefined {
  const { pk: _, usedBy, ...stored } = (item ?? {}) as LoginItem
  if (stored.secretHash === undefined) return undefined
  // A completed item has all of these: they are written together, see completionOf().
  return { ...(stored as unknown as LoginRecord), handle, isUsed: usedBy !== undefined }
}

/** Of an item whose token can be used up: with `:secretHash`, `:product` and `:now`, in milliseconds. */
export const CONSUMABLE =
  '#secretHash = :secretHash AND #product = :product AND #redeemableUntilMs > :now' +
  ' AND attribute_not_exists(#usedBy)'
