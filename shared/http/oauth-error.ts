import type { RedeemError } from '../tokens/errors.ts'
import { type HttpResponse, json } from './respond.ts'

const invalidClient = { statusCode: 401, error: 'invalid_client' } as const
const invalidGrant = { statusCode: 400, error: 'invalid_grant' } as const

/** What a product is told: whether it was its credential or its token, never which check. */
const answers = {
  credential_malformed: invalidClient,
  credential_unknown: invalidClient,
  token_malformed: invalidGrant,
  token_unknown: invalidGrant,
  token_expired: invalidGrant,
  token_used: invalidGrant,
  token_of_another_product: invalidGrant,
  user_missing: invalidGrant,
  user_suspended: invalidGrant,
  no_product_access: invalidGrant,
  session_ended: invalidGrant,
  sso_token_unknown: invalidGrant,
  sso_token_removed: invalidGrant,
  sso_token_expired: invalidGrant,
  organization_closed: invalidGrant,
  user_invited: invalidGrant,
  host_not_listed: invalidGrant,
  host_missing: invalidGrant,
  host_mismatch: invalidGrant,
} as const satisfies Record<RedeemError, { statusCode: number; error: string }>

/** An error as OAuth has it (RFC 6749 §5.2). */
export function oauthError(cause: RedeemError): HttpResponse {
  const { statusCode, error } = answers[cause]
  const challenge = { 'www-authenticate': 'Bearer realm="latchkey"' }
  return json(statusCode, { error }, statusCode === 401 ? challenge : {})
}

/** For a body that is not what the endpoint takes (RFC 6749 §5.2). */
export const invalidRequest = (description: string): HttpResponse =>
  json(400, { error: 'invalid_request', error_description: description })
