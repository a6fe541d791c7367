import type { PortalRedeemCause } from '../portals/errors.ts'

/** Why a redeem is refused. The caller learns only whether it is its credential or its token. */
export type RedeemError =
  | 'credential_malformed'
  | 'credential_unknown'
  | 'token_malformed'
  | 'token_unknown'
  | 'token_expired'
  | 'token_used'
  | 'token_of_another_product'
  | 'user_missing'
  | 'user_suspended'
  /** The user has no seat of the product any more. */
  | 'no_product_access'
  /** The provider or the product has ended the session meanwhile. */
  | 'session_ended'
  | PortalRedeemCause
