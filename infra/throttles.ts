import type { Auth } from './endpoint.ts'

/** Requests a second, and as many at once, of one route in the whole deployment. */
type Throttle = { rate: number; burst: number }

const byAuth: Readonly<Record<Auth, Throttle>> = {
  none: { rate: 100, burst: 200 },
  product: { rate: 250, burst: 500 },
  portal: { rate: 500, burst: 1000 }, // no KMS; each SSO token has a limit of its own
  admin: { rate: 100, burst: 200 },
  operator: { rate: 20, burst: 40 },
  scim: { rate: 500, burst: 1000 }, // no KMS; identity providers come with 25 a second for each directory
}

/**
 * RSA keys sign or decrypt 1,000 times a second in an account and region (AWS KMS Developer Guide,
 * "Request quotas"). Strangers can cause it at some routes: each has a part, so that none of them
 * can take what the others need.
 */
const byFunction: Readonly<Record<string, Throttle>> = {
  'login-discover': { rate: 250, burst: 500 }, // no KMS
  'saml-login': { rate: 250, burst: 500 }, // one signature at most
  'saml-acs': { rate: 200, burst: 400 }, // two decryptions at most
  'saml-slo': { rate: 50, burst: 100 }, // one signature at most
  'saml-logout': { rate: 50, burst: 100 },
  'sso-redirect': { rate: 500, burst: 1000 }, // no KMS
  jwks: { rate: 500, burst: 1000 }, // read once per environment
}

/** What a route of this function takes. */
export const throttleOf = (fn: string, auth: Auth): Throttle => byFunction[fn] ?? byAuth[auth]
