import type { Catalogue, Product } from '../products/types.ts'
import * as directoryKeys from './directory-keys.ts'

type CatalogueItem = { pk: string; sk: string; products: Product[] }

export const catalogueItem = (products: readonly Product[]): CatalogueItem => ({
  ...directoryKeys.catalogue(),
  products: [...products],
})

export const catalogueOf = (item: object | undefined): Catalogue =>
  new Map(((item as CatalogueItem | undefined)?.products ?? []).map((one) => [one.key, one]))
