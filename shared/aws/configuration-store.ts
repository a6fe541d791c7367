import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Management } from '../idps/management.ts'
import type { Act } from '../idps/ports.ts'
import type { IdentityProvider } from '../idps/types.ts'
import type { Product, ProductCredential } from '../products/types.ts'
import { catalogueItem } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { creationWrites } from './idp-writes.ts'
import { organizationCreation } from './organization-creation.ts'
import { transact } from './transact.ts'

/** Writes what sign-ins are judged by: organizations, providers, products and credentials. */
export const dynamoConfiguration = (directory: string) => ({
  ...organizationCreation(directory),

  /**
   * A provider, as an admin of its organization makes it, but in whatever state it is given.
   *
   * @returns `entity_id_taken` where the same identifiers of ours have that entity ID already
   */
  async createIdentityProvider(
    idp: IdentityProvider,
    act: Act,
    management: Management = { source: { kind: 'parameters' } },
  ): Promise<'entity_id_taken' | undefined> {
    const revisions = { idp: 1, management: 1 }
    const record = { idp, management, createdAt: act.at, revisions }
    const writes = creationWrites(directory, record, act)
    const [failed] = await transact(writes.map(({ write }) => write))
    const failure = failed && writes[failed.index]?.failure
    if (failure === undefined || failure === 'entity_id_taken') return failure
    throw new Error(`the provider cannot be created: ${failure}`)
  },

  /** All products of the vendor; replaces the ones before. */
  async saveProducts(products: readonly Product[]): Promise<void> {
    await dynamo.send(new UpdateItemCommand(catalogueUpdate(directory, products)))
  },

  async saveCredential({ id, ...rest }: ProductCredential): Promise<void> {
    const Item = toItem({ ...directoryKeys.credential(id), id, ...rest })
    await dynamo.send(new PutItemCommand({ TableName: directory, Item }))
  },
})

function catalogueUpdate(directory: string, products: readonly Product[]) {
  const { pk, sk, products: all } = catalogueItem(products)
  return {
    TableName: directory,
    Key: toItem({ pk, sk }),
    UpdateExpression: 'SET products = :all ADD rev :one',
    ExpressionAttributeValues: toItem({ ':all': all, ':one': 1 }),
  }
}
