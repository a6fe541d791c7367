import type { OrganizationError } from '../../orgs/change-organization.ts'
import type { ProblemAnswer } from '../refuse.ts'

type Cause =
  | Exclude<OrganizationError, 'changed_meanwhile'>
  | 'api_key_unknown'
  | 'too_many_api_keys'
  | 'link_unknown'
  | 'too_many_links'
  | 'trace_unknown'

/** What calls about an organization itself, its keys and links and its traces may answer. */
export const organizationProblems = {
  organization_unknown: { status: 404, title: 'There is no such organization' },
  product_unknown: { status: 422, title: 'There is no such product' },
  api_key_unknown: { status: 404, title: 'There is no such API key' },
  too_many_api_keys: { status: 409, title: 'There are as many API keys as there may be' },
  link_unknown: { status: 404, title: 'There is no such link' },
  too_many_links: { status: 409, title: 'There are as many setup links as there may be' },
  trace_unknown: { status: 404, title: 'There is no such trace' },
} as const satisfies Record<Cause, ProblemAnswer>
