import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isCredentialId } from '#shared/ids.ts'
import { isProductKey } from '#shared/products/check-product.ts'

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))
const url = v.pipe(v.string(), v.maxLength(2048))

const settings = {
  name: text,
  /** Where the browser arrives with a login token. */
  landingUrl: url,
  /** Path prefixes on that origin that may be asked for; `/` allows all. */
  allowedPaths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.maxLength(50)),
  logoutUrl: v.exactOptional(url),
  /** `assigned`: only people who have a seat. */
  access: v.exactOptional(v.picklist(['everyone', 'assigned'])),
  forceAuthn: v.exactOptional(v.boolean()),
  authnContext: v.exactOptional(
    v.strictObject({
      classRefs: v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
        v.minLength(1),
        v.maxLength(10),
      ),
      comparison: v.exactOptional(v.picklist(['exact', 'minimum', 'maximum', 'better'])),
    }),
  ),
}
const Product = v.strictObject({ key: v.string(), ...settings })

const Credential = v.strictObject({
  id: id('cred'),
  product: v.string(),
  /** Absent of those that no operator made. */
  label: v.exactOptional(v.string()),
  createdAt: v.exactOptional(time),
})

const product = [isProductKey, 'product_unknown'] as const

export const contract = {
  'GET /operator/products': {
    summary: "List the vendor's products",
    roles: [],
    answers: { 200: v.strictObject({ products: v.array(Product) }) },
  },
  'PUT /operator/products/{product}': {
    summary: 'Take a product into the catalogue, or replace it there',
    roles: [],
    ids: { product },
    body: v.strictObject(settings),
    answers: { 200: Product },
    refusals: ['too_many_products'],
  },
  'DELETE /operator/products/{product}': {
    summary: 'Take a product out of the catalogue; not while accounts have seats of it',
    roles: [],
    ids: { product },
    answers: { 204: null },
    refusals: ['product_in_use'],
  },
  'POST /operator/products/{product}/credentials': {
    summary: 'Issue a credential that a product redeems with; its secret is shown this once',
    roles: [],
    ids: { product },
    body: v.strictObject({ label: text }),
    answers: { 201: v.strictObject({ ...Credential.entries, credential: v.string() }) },
  },
  'GET /operator/credentials': {
    summary: 'List the credentials of products',
    roles: [],
    query: v.strictObject(paging(isCredentialId)),
    answers: { 200: v.strictObject({ credentials: v.array(Credential), next }) },
  },
  'DELETE /operator/credentials/{credential}': {
    summary: 'Revoke a credential at once',
    roles: [],
    ids: { credential: [isCredentialId, 'credential_unknown'] },
    answers: { 204: null },
  },
} as const satisfies Contract
