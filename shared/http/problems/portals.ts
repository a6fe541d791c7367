import type { CreateSsoTokenError } from '../../portals/manage-sso-tokens.ts'
import type { ProblemAnswer } from '../refuse.ts'

type Cause =
  | Exclude<CreateSsoTokenError, 'organization_unknown' | 'product_unknown'>
  | 'sso_token_unknown'

/** What calls about the SSO tokens of partner portals may answer. */
export const portalProblems = {
  sso_token_unknown: { status: 404, title: 'There is no such SSO token' },
  product_host_unknown: {
    status: 422,
    title: 'The product does not answer at that host for the organization',
  },
  too_many_sso_tokens: { status: 409, title: 'There are as many SSO tokens as there may be' },
} as const satisfies Record<Cause, ProblemAnswer>
