import type { CreationError } from '../../orgs/create-organization.ts'
import type { ImportError, RemovalError } from '../../orgs/transfer.ts'

type Answer = { status: number; title: string }

/** What operator routes may answer, beside what all routes may. */
export const operatorProblems = {
  domain_taken: { status: 409, title: 'Another organization has one of the domains' },
  organization_confirmation_wrong: {
    status: 422,
    title: 'The confirmation is not the name of the organization',
  },
  organization_exists: { status: 409, title: 'There is an organization with that id' },
  organization_missing: { status: 422, title: 'The first page must hold the organization itself' },
  items_foreign: {
    status: 422,
    title: 'Some items are of no kind that this organization can have',
  },
  import_unknown: { status: 404, title: 'There is no such import under way' },
  import_incomplete: { status: 409, title: 'The import has no organization yet' },
  product_in_use: { status: 409, title: 'Accounts have seats of this product' },
  too_many_products: { status: 409, title: 'There are as many products as there may be' },
  credential_unknown: { status: 404, title: 'There is no such credential' },
  too_many_accounts: { status: 409, title: 'There are as many accounts as there may be' },
  account_exists: { status: 409, title: 'There is an account with that id' },
  seats_in_use: { status: 409, title: 'More seats are taken, or waited for, than there would be' },
  import_conflicts: { status: 409, title: 'Other organizations have what this one needs' },
} as const satisfies Record<
  | ImportError
  | Exclude<RemovalError, 'organization_unknown'>
  | Exclude<CreationError, 'key_reused' | 'product_unknown'>,
  Answer
> &
  Record<string, Answer>
