import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import type { Organization } from './types.ts'

/** An organization as it is stored. */
export type OrganizationRecord = {
  organization: Organization
  /** Proved ones. */
  domains: readonly string[]
  /** Epoch seconds. */
  createdAt: number
  /** Counts changes: a change of it has to name the one it was read at. */
  revision: number
}

export type OrganizationStore = {
  find(orgId: OrgId): Promise<OrganizationRecord | undefined>
  /** Keys of the vendor's products. */
  findProducts(): Promise<ReadonlySet<string>>
  /** @returns undefined where it is not any more as it was read */
  change(
    before: OrganizationRecord,
    organization: Organization,
    act: Act,
  ): Promise<OrganizationRecord | undefined>
}
