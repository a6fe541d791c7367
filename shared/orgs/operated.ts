import type { OrgId } from '../ids.ts'
import type { OrganizationRecord } from './ports.ts'

/** An organization as operators see it: also one that is only coming or going. */
export type OperatedOrganization = OrganizationRecord & { state: 'live' | 'importing' | 'deleting' }

type ListPage = { rows: readonly { id: OrgId; name: string }[]; next?: string }

export type OperatedOrganizations = {
  find(orgId: OrgId): Promise<OperatedOrganization | undefined>
  /**
   * By id. A page may have fewer than asked for, or none, although others follow.
   *
   * @param prefix of the name, in any case
   */
  list(prefix: string, page: { limit: number; after?: string | undefined }): Promise<ListPage>
}
