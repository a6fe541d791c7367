import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { IdentityProvider } from '../idps/types.ts'
import type { Organization } from '../orgs/types.ts'
import type { Product, ProductCredential } from '../products/types.ts'
import { issuerKey } from '../sign-in/subject-key.ts'
import { catalogueItem } from './catalogue-item.ts'
import { dynamo, transact } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { storedOrganization, storedProvider } from './entities.ts'
import { evt } from './event-attribute.ts'
import { putNew } from './item-writes.ts'
import { directoryKeys } from './keys.ts'

type Act = {
  /** Who does it, for the events. */
  actor: string
  /** Epoch seconds. */
  at: number
}

/** Writes what sign-ins are judged by: organizations, providers, products and credentials. */
export const dynamoConfiguration = (directory: string) => ({
  /**
   * An organization and the domains that it has proved.
   *
   * @returns `domain_taken` where another organization has one of them; then nothing is written
   */
  async createOrganization(organization: Organization, domains: readonly string[], act: Act) {
    const failed = await transact([
      organizationWrite(directory, organization, act),
      ...[...new Set(domains)].map((domain) => domainWrite(directory, domain, organization, act)),
    ])
    return failed.length > 0 ? ('domain_taken' as const) : undefined
  },

  /**
   * A provider, under its id and under what its responses say: the same record twice, so that each
   * path reads it once (ADR 0005).
   *
   * @returns `entity_id_taken` where the same identifiers of ours have that entity ID already
   */
  async createIdentityProvider(idp: IdentityProvider, { actor, at }: Act) {
    const scope = idp.identifiers === 'shared' ? 'shared' : idp.orgId
    const stored = { ...storedProvider(idp), rev: 1, createdAt: at }
    const event = evt('latchkey.identity-provider.created.v1', at, actor)
    const issuer = directoryKeys.issuer(issuerKey(scope, idp.entityId))
    const failed = await transact([
      putNew(directory, { ...directoryKeys.idp(idp.id), ...stored, evt: event }),
      putNew(directory, { ...issuer, ...stored }),
    ])
    return failed.length > 0 ? ('entity_id_taken' as const) : undefined
  },

  /** All products of the vendor; replaces the ones before. */
  async saveProducts(products: readonly Product[]): Promise<void> {
    const Item = toItem(catalogueItem(products))
    await dynamo.send(new PutItemCommand({ TableName: directory, Item }))
  },

  async saveCredential({ id, ...rest }: ProductCredential): Promise<void> {
    const Item = toItem({ ...directoryKeys.credential(id), id, ...rest })
    await dynamo.send(new PutItemCommand({ TableName: directory, Item }))
  },
})

const organizationWrite = (directory: string, organization: Organization, { actor, at }: Act) =>
  putNew(directory, {
    ...directoryKeys.organization(organization.id),
    ...storedOrganization(organization),
    rev: 1,
    createdAt: at,
    evt: evt('latchkey.organization.created.v1', at, actor),
  })

const domainWrite = (
  directory: string,
  domain: string,
  { id: orgId }: Organization,
  { actor, at }: Act,
) =>
  putNew(directory, {
    ...directoryKeys.domain(domain),
    domain,
    orgId,
    verifiedAt: at,
    rev: 1,
    evt: evt('latchkey.domain.verified.v1', at, actor),
  })
