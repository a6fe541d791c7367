import type { CredentialId } from '../ids.ts'
import type {
  CatalogueState,
  CatalogueStore,
  ListedCredential,
} from '../products/catalogue-ports.ts'
import type { Product } from '../products/types.ts'
import { catalogueItem, catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { putNew, update } from './item-writes.ts'
import { queryPage } from './query.ts'
import { transact } from './transact.ts'

/** The vendor's products and what they authenticate with, as operators change them. */
export const dynamoCatalogue = (directory: string): CatalogueStore => ({
  async find() {
    const [item] = await readItems([{ table: directory, key: directoryKeys.catalogue() }])
    const { rev = 0 } = (item ?? {}) as { rev?: number }
    return { catalogue: catalogueOf(item), rev }
  },

  async save(before, product) {
    const products = new Map(before.catalogue).set(product.key, product)
    const Update = {
      TableName: directory,
      Key: toItem(directoryKeys.productUse(product.key)),
      UpdateExpression: 'REMOVE removedAt',
    }
    const writes = [catalogueWrite(directory, before, [...products.values()]), { Update }]
    return (await transact(writes)).length > 0 ? 'changed_meanwhile' : undefined
  },

  async remove(before, key, at) {
    const products = [...before.catalogue.values()].filter((product) => product.key !== key)
    const Update = update(directory, {
      key: directoryKeys.productUse(key),
      set: { removedAt: at },
      condition: 'attribute_not_exists(#accounts) OR #accounts <= :none',
      values: { none: 0 },
    })
    const failed = await transact([catalogueWrite(directory, before, products), { Update }])
    if (failed.length === 0) return undefined
    return failed.some(({ index }) => index === 0) ? 'changed_meanwhile' : 'product_in_use'
  },

  async createCredential({ id, product, label, createdAt, secretHash }) {
    const listed = { id, product, label, createdAt }
    await transact([
      putNew(directory, { ...directoryKeys.credential(id), ...listed, secretHash }),
      putNew(directory, { ...directoryKeys.listedCredential(id), ...listed }),
    ])
  },

  async listCredentials(page) {
    const { items, next } = await queryPage(directory, { pk: 'credentials', ...page })
    return { rows: items.map(listedOf), ...(next !== undefined && { next }) }
  },

  removeCredential: (id) => removeCredential(directory, id),
})

function catalogueWrite(table: string, { rev }: CatalogueState, products: readonly Product[]) {
  return {
    Put: {
      TableName: table,
      Item: toItem({ ...catalogueItem(products), rev: rev + 1 }),
      ConditionExpression: rev === 0 ? 'attribute_not_exists(rev)' : 'rev = :rev',
      ...(rev > 0 && { ExpressionAttributeValues: toItem({ ':rev': rev }) }),
    },
  }
}

async function removeCredential(directory: string, id: CredentialId): Promise<boolean> {
  const Key = toItem(directoryKeys.credential(id))
  const ConditionExpression = 'attribute_exists(pk)'
  const failed = await transact([
    { Delete: { TableName: directory, Key, ConditionExpression } },
    { Delete: { TableName: directory, Key: toItem(directoryKeys.listedCredential(id)) } },
  ])
  return failed.length === 0
}

function listedOf(item: object): ListedCredential {
  const { id, product, label, createdAt } = item as ListedCredential
  return { id, product, label, createdAt }
}
