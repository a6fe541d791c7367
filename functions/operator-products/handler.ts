import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import type { ListedCredential } from '#shared/products/catalogue-ports.ts'
import { removeProduct, saveProduct } from '#shared/products/change-catalogue.ts'
import { issueProductCredential } from '#shared/products/product-credentials.ts'
import { epochMilliseconds, isoTime } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const store = dynamoCatalogue(DIRECTORY_TABLE)

const shown = ({ id, product, label, createdAt }: ListedCredential) => ({
  id,
  product,
  label,
  createdAt: isoTime(createdAt),
})

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'GET /operator/products': async () => {
    const { catalogue } = await store.find()
    return json(200, { products: [...catalogue.values()] })
  },

  'PUT /operator/products/{product}': async ({ ids, body }) => {
    const product = { key: ids.product, ...body }
    const saved = await saveProduct(store, product)
    if (saved.ok) return json(200, product)
    const { error } = saved
    return error.cause === 'product_refused'
      ? refuse('request_refused', { problems: error.problems })
      : refuse(error.cause)
  },

  'DELETE /operator/products/{product}': async ({ ids, now }) => {
    const removed = await removeProduct(store, ids.product, now)
    return removed.ok ? respond(204, {}) : refuse(removed.error)
  },

  'POST /operator/products/{product}/credentials': async ({ ids, body, now }) => {
    const asked = { product: ids.product, label: body.label }
    const issued = await issueProductCredential(store, asked, now)
    if (!issued.ok) return refuse(issued.error)
    return json(201, { ...shown(issued.value), credential: issued.value.credential })
  },

  'GET /operator/credentials': async ({ query: { limit, cursor } }) => {
    const page = await store.listCredentials({ limit, ...(cursor && { after: cursor }) })
    return json(200, {
      credentials: page.rows.map(shown),
      ...(page.next !== undefined && { next: cursorOf(page.next) }),
    })
  },

  'DELETE /operator/credentials/{credential}': async ({ ids }) =>
    (await store.removeCredential(ids.credential))
      ? respond(204, {})
      : refuse('credential_unknown'),
})
