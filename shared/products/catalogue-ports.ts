import type { CredentialId } from '../ids.ts'
import type { Catalogue, Product, ProductCredential } from './types.ts'

/** The catalogue, and how often it was changed. */
export type CatalogueState = { catalogue: Catalogue; rev: number }

/** A credential as operators see it: its secret is shown once. */
export type ListedCredential = {
  id: CredentialId
  product: string
  label: string
  /** Epoch seconds. */
  createdAt: number
}

export type CatalogueStore = {
  /** Strongly consistent. */
  find(): Promise<CatalogueState>
  /** Takes a product in, or its new form, if the catalogue is still as it was read. */
  save(before: CatalogueState, product: Product): Promise<'changed_meanwhile' | undefined>
  /** `product_in_use`: accounts have seats of it. */
  remove(
    before: CatalogueState,
    key: string,
    at: number,
  ): Promise<'changed_meanwhile' | 'product_in_use' | undefined>
  createCredential(
    credential: ProductCredential & Pick<ListedCredential, 'label' | 'createdAt'>,
  ): Promise<void>
  listCredentials(page: {
    after?: string
    limit: number
  }): Promise<{ rows: readonly ListedCredential[]; next?: string }>
  /** Answers whether there was one. */
  removeCredential(id: CredentialId): Promise<boolean>
}
