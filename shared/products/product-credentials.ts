import { newCredentialId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { issueCredential } from '../tokens/product-credential.ts'
import type { CatalogueStore, ListedCredential } from './catalogue-ports.ts'

/** A credential, and the text that a product authenticates with: nothing can show it again. */
export type IssuedCredential = ListedCredential & { credential: string }

/** Makes a credential of a product. Several may be live at once, so that one can follow another. */
export async function issueProductCredential(
  store: CatalogueStore,
  { product, label }: Pick<ListedCredential, 'product' | 'label'>,
  now: number,
): Promise<Result<IssuedCredential, 'product_unknown'>> {
  const { catalogue } = await store.find()
  if (!catalogue.has(product)) return fail('product_unknown')
  const id = newCredentialId()
  const { credential, secretHash } = issueCredential(id)
  const listed = { id, product, label, createdAt: now }
  await store.createCredential({ ...listed, secretHash })
  return ok({ ...listed, credential })
}
