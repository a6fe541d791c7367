import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { id, time } from '#shared/http/wire.ts'
import { isAccountId, isOrgId } from '#shared/ids.ts'

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))
const overAllocation = v.picklist(['refuse', 'queue'])
/** How many, by product. */
const seats = v.record(v.pipe(v.string(), v.maxLength(64)), v.number())

const Account = v.strictObject({
  id: id('acc'),
  name: v.string(),
  reference: v.exactOptional(v.string()),
  overAllocation,
  seats,
  createdAt: time,
})

const organization = [isOrgId, 'organization_unknown'] as const
const ids = { organization, account: [isAccountId, 'account_unknown'] } as const

export const contract = {
  'GET /operator/orgs/{organization}/accounts': {
    summary: 'List the customer accounts of an organization',
    roles: [],
    ids: { organization },
    answers: { 200: v.strictObject({ accounts: v.array(Account) }) },
  },
  'POST /operator/orgs/{organization}/accounts': {
    summary: 'Create a customer account, with seats by product',
    roles: [],
    ids: { organization },
    body: v.strictObject({
      name: text,
      /** Its id in your billing. */
      reference: v.exactOptional(text),
      /** What happens when all seats are taken. */
      overAllocation: v.optional(overAllocation, 'refuse'),
      seats,
    }),
    isRepeatable: true,
    answers: { 201: Account },
    refusals: ['too_many_accounts', 'product_unknown'],
  },
  'PATCH /operator/orgs/{organization}/accounts/{account}': {
    summary: 'Change a customer account; seats that are given replace those of their product',
    roles: [],
    ids,
    body: v.strictObject({
      name: v.exactOptional(text),
      reference: v.exactOptional(text),
      overAllocation: v.exactOptional(overAllocation),
      seats: v.exactOptional(seats),
    }),
    answers: { 200: Account },
    refusals: ['product_unknown', 'seats_in_use'],
  },
  'DELETE /operator/orgs/{organization}/accounts/{account}': {
    summary: 'Remove a customer account; not while anybody has, or waits for, one of its seats',
    roles: [],
    ids,
    answers: { 204: null },
    refusals: ['seats_in_use'],
  },
} as const satisfies Contract
