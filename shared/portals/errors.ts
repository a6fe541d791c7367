/** Why a portal gets no login token. It learns none of it. */
export type IssueCause =
  | 'sso_token_malformed'
  | 'sso_token_wrong'
  | SsoTokenCause
  | 'identifier_not_enabled'
  | 'user_unknown'
  | PersonCause
  | LandingCause

/** Of the SSO token itself, also after it has issued something. */
export type SsoTokenCause = 'sso_token_unknown' | 'sso_token_removed' | 'sso_token_expired'

/** Of who a login token is for. */
export type PersonCause =
  | 'organization_closed'
  | 'user_missing'
  | 'user_invited'
  | 'user_suspended'
  | 'no_product_access'

/** Of where it leads. */
export type LandingCause = 'product_missing' | 'host_not_listed' | 'target_not_allowed'

/** Of a login token. */
export type LoginTokenCause =
  | 'token_malformed'
  | 'token_unknown'
  | 'token_expired'
  | 'token_used'
  /** All sessions of the user were ended after it was issued. */
  | 'session_ended'

/** Why a browser that comes from a portal is not sent on. It learns none of it. */
export type ArrivalCause =
  | LoginTokenCause
  | SsoTokenCause
  | PersonCause
  | LandingCause
  | 'target_unsafe'
  /** Another address or user name than that of the token's user. */
  | 'person_mismatch'
  | 'target_mismatch'

/** Why a product cannot redeem a portal's login token, beside what is wrong with any. */
export type PortalRedeemCause =
  | Extract<LoginTokenCause, 'token_expired' | 'token_used' | 'session_ended'>
  | SsoTokenCause
  | PersonCause
  | Extract<LandingCause, 'host_not_listed'>
  | 'token_of_another_product'
  | 'host_missing'
  | 'host_mismatch'

export type PortalCause = IssueCause | ArrivalCause | PortalRedeemCause
