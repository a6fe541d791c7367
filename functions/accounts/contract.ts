import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isAccountId, isUserId } from '#shared/ids.ts'
import { isProductKey } from '#shared/products/check-product.ts'

const count = v.pipe(v.number(), v.integer())

const Account = v.strictObject({
  id: id('acc'),
  name: v.string(),
  reference: v.exactOptional(v.string()),
  overAllocation: v.picklist(['refuse', 'queue']),
  products: v.array(
    v.strictObject({ product: v.string(), seats: count, used: count, waiting: count }),
  ),
  createdAt: time,
})

const access = {
  state: v.picklist(['granted', 'queued']),
  /** `admin`, or the id of a rule. */
  grantedBy: v.string(),
  since: time,
}

const account = [isAccountId, 'account_unknown'] as const
const product = [isProductKey, 'account_without_product'] as const
const user = [isUserId, 'user_unknown'] as const

const look = ['admin', 'reader'] as const

export const contract = {
  'GET /orgs/{organization}/accounts': {
    summary: 'List the customer accounts of an organization, with their seats',
    roles: look,
    answers: { 200: v.strictObject({ accounts: v.array(Account) }) },
  },
  'GET /orgs/{organization}/accounts/{account}': {
    summary: 'Show a customer account, with its seats',
    roles: look,
    ids: { account },
    answers: { 200: Account },
  },
  'GET /orgs/{organization}/accounts/{account}/products/{product}/users': {
    summary: 'List who has a seat of an account for a product, then who waits for one, in order',
    roles: look,
    ids: { account, product },
    query: v.strictObject(paging((place) => /^(?:granted|queued)#[\w#]{1,100}$/.test(place))),
    answers: {
      200: v.strictObject({
        users: v.array(
          v.strictObject({
            id: id('usr'),
            email: v.exactOptional(v.string()),
            displayName: v.exactOptional(v.string()),
            ...access,
          }),
        ),
        next,
      }),
    },
  },
  'PUT /orgs/{organization}/accounts/{account}/products/{product}/users/{user}': {
    summary: 'Give a user access to a product by a seat of an account, or a place in the queue',
    roles: ['admin'],
    ids: { account, product, user },
    answers: { 200: v.strictObject(access) },
    refusals: ['no_seats', 'too_many_accesses'],
  },
  'DELETE /orgs/{organization}/accounts/{account}/products/{product}/users/{user}': {
    summary: 'Take access to a product away; the seat goes to who waits for one',
    roles: ['admin'],
    ids: { account, product, user },
    answers: { 204: null },
  },
} as const satisfies Contract
