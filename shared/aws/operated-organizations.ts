import type { OrgId } from '../ids.ts'
import type { OrganizationCreation } from '../orgs/create-organization.ts'
import type { OperatedOrganization, OperatedOrganizations } from '../orgs/operated.ts'
import { dynamoConfiguration } from './configuration-store.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { dynamoOrganizations, recordOf } from './organization-store.ts'
import { queryPage } from './query.ts'

/** Rows that one call for a list looks at at most: a name that nobody has must not read them all. */
const EXAMINED = 1000

/** Organizations as operators find them. */
export const dynamoOperatedOrganizations = (directory: string): OperatedOrganizations => ({
  async find(orgId) {
    return operatedOf(await read(directory, orgId))
  },

  async list(prefix, { limit, after }) {
    const rows: Row[] = []
    let start = after
    let examined = 0
    do {
      const page = await queryPage(directory, {
        pk: 'orgs',
        limit: limit - rows.length,
        after: start,
      })
      rows.push(...page.items.map(rowOf).filter((row) => isNamed(row, prefix)))
      examined += page.items.length
      start = page.next
    } while (start !== undefined && rows.length < limit && examined < EXAMINED)
    return { rows, ...(start !== undefined && { next: start }) }
  },
})

type Row = { id: OrgId; name: string }

function rowOf(item: object): Row {
  const { orgId: id, name } = item as { orgId: OrgId; name: string }
  return { id, name }
}

const isNamed = ({ name }: Row, prefix: string) =>
  name.toLowerCase().startsWith(prefix.toLowerCase())

/** What creates them. */
export const dynamoOrganizationCreation = (directory: string): OrganizationCreation => ({
  findProducts: dynamoOrganizations(directory).findProducts,
  create: dynamoConfiguration(directory).createOrganization,

  async findCreated({ id }) {
    const item = await read(directory, id)
    const record = recordOf(item)
    const { callHash } = (item ?? {}) as { callHash?: string }
    return record && { record, ...(callHash !== undefined && { callHash }) }
  },
})

async function read(directory: string, orgId: OrgId) {
  const [item] = await readItems([{ table: directory, key: directoryKeys.organization(orgId) }])
  return item
}

function operatedOf(item: object | undefined): OperatedOrganization | undefined {
  const { state, ...rest } = (item ?? {}) as { state?: OperatedOrganization['state'] | 'deleted' }
  const record = item && recordOf(rest)
  return record && state !== 'deleted' ? { ...record, state: state ?? 'live' } : undefined
}
