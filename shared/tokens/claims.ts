import type { IdpId, OrgId, SsoTokenId, UserId } from '../ids.ts'

/** How long the product may take the JWT for fresh: it is a receipt, not a session. */
export const JWT_LIFETIME_SECONDS = 300

/** Who somebody is to a product, and who says so: a provider, or a portal by its SSO token. */
type Identity = {
  userId: UserId
  orgId: OrgId
  product: string
  idpId?: IdpId
  ssoTokenId?: SsoTokenId
  sid: string
  /** Epoch seconds. */
  authnInstant: number
  authnContext?: string | undefined
  email: string
  displayName?: string | undefined
  givenName?: string | undefined
  familyName?: string | undefined
}

type Issue = { issuer: string; jwtId: string /** Epoch seconds. */; now: number }

/**
 * Claims of the signed identity. The audience is the product, so that no product can use what
 * another one got.
 *
 * Source: RFC 7519 §4.1; OpenID Connect Core 1.0 §2 (auth_time, acr), §5.1 (names);
 * OpenID Connect Front-Channel Logout 1.0 §3 (sid).
 */
export const identityClaims = (record: Identity, { issuer, jwtId, now }: Issue) => ({
  iss: issuer,
  sub: record.userId,
  aud: record.product,
  iat: now,
  exp: now + JWT_LIFETIME_SECONDS,
  jti: jwtId,
  org: record.orgId,
  ...(record.idpId !== undefined && { idp: record.idpId }),
  ...(record.ssoTokenId !== undefined && { sso_token: record.ssoTokenId }),
  sid: record.sid,
  auth_time: record.authnInstant,
  ...(record.authnContext !== undefined && { acr: record.authnContext }),
  email: record.email,
  ...(record.displayName !== undefined && { name: record.displayName }),
  ...(record.givenName !== undefined && { given_name: record.givenName }),
  ...(record.familyName !== undefined && { family_name: record.familyName }),
})
