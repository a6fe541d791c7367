import type { GrantError } from '../../products/grant-access.ts'
import type { ProblemAnswer } from '../refuse.ts'

type GrantCause = Exclude<GrantError, 'changed_meanwhile'>

/** What calls about products, accounts and group rules may answer, beside the general ones. */
export const productProblems = {
  account_unknown: { status: 404, title: 'There is no such account' },
  account_without_product: { status: 404, title: 'The account has no seats for this product' },
  user_unknown: { status: 404, title: 'There is no such user' },
  no_seats: { status: 409, title: 'All seats of the account for this product are taken' },
  too_many_accesses: { status: 409, title: 'The user has as many accesses as one may have' },
  rules_refused: { status: 422, title: 'The rules cannot be used' },
} as const satisfies Record<GrantCause | 'rules_refused', ProblemAnswer>
