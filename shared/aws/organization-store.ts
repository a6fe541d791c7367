import type { OrganizationRecord, OrganizationStore } from '../orgs/ports.ts'
import type { Organization } from '../orgs/types.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { organizationOf, storedOrganization } from './entities.ts'
import { evt } from './event-attribute.ts'
import { update } from './item-writes.ts'
import { transact } from './transact.ts'

type Stored = { domains?: readonly string[]; createdAt: number; rev: number }

/** Organizations in the directory, read strongly consistent. */
export const dynamoOrganizations = (directory: string): OrganizationStore => ({
  async find(orgId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.organization(orgId) }])
    return recordOf(item)
  },

  async findProducts() {
    const [item] = await readItems([{ table: directory, key: directoryKeys.catalogue() }])
    return new Set(catalogueOf(item).keys())
  },

  async change(before, organization, { actor, at }) {
    const { orgId, ...set } = storedOrganization(organization)
    const failed = await transact([
      {
        Update: update(directory, {
          key: directoryKeys.organization(orgId),
          set: { ...set, evt: evt('latchkey.organization.updated.v1', at, actor) },
          increment: 'rev',
          condition: '#rev = :revision',
          values: { revision: before.revision },
        }),
      },
      listWrite(directory, organization),
    ])
    if (failed.length > 0) return undefined
    return { ...before, organization, revision: before.revision + 1 }
  },
})

/** Its row in the list that operators see. */
const listWrite = (directory: string, { id: orgId, name }: Organization) => ({
  Put: {
    TableName: directory,
    Item: toItem({ ...directoryKeys.listedOrganization(orgId), orgId, name }),
  },
})

/** Undefined where there is none, or it is coming or going. */
export function recordOf(item: object | undefined): OrganizationRecord | undefined {
  const found = organizationOf(item)
  if (!found) return undefined
  const { id, name, defaultProduct, joinPolicy, productHosts } = found
  const { domains = [], createdAt, rev } = item as Stored
  return {
    organization: {
      ...{ id, name, defaultProduct },
      ...(joinPolicy && { joinPolicy }),
      ...(productHosts && { productHosts }),
    },
    domains,
    createdAt,
    revision: rev,
  }
}
