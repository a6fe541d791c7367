import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { storedOrganization } from './entities.ts'
import { evt } from './event-attribute.ts'
import { putNew } from './item-writes.ts'
import { transact } from './transact.ts'
import { addVouched, ownersOf, portionsOf, vouchedWrites } from './vouched-domains.ts'

/** Domains that the transaction of an organization has room for: each has three items. */
const FIRST = 30

/** What an operator makes: organizations, with domains that the operator vouches for. */
export const organizationCreation = (directory: string) => ({
  /**
   * An organization with its domains. Those that do not fit into its transaction follow it.
   *
   * @param callHash of the call that asks for it, where the call may come again
   * @returns `domain_taken` where another organization has one of them; then nothing is written,
   * unless that organization got it in this very moment and it was one of those that follow
   */
  async createOrganization(
    organization: Organization,
    domains: readonly string[],
    act: Act,
    callHash?: string,
  ): Promise<'domain_taken' | undefined> {
    const all = [...new Set(domains)]
    const owners = await ownersOf(directory, all)
    if (owners.some((owner) => owner !== undefined)) return 'domain_taken'
    const [first, others] = [all.slice(0, FIRST), all.slice(FIRST)]
    const failed = await transact([
      ...organizationWrites(directory, organization, { domains: first, callHash }, act),
      ...vouchedWrites(directory, organization.id, first, act),
    ])
    if (failed.length > 0) return 'domain_taken'
    return addAll(directory, organization.id, portionsOf(others), act)
  },

  /**
   * Gives an organization those of these domains that it has not yet: also where its creation broke
   * off.
   *
   * @returns `domain_taken` where another organization has one of them
   */
  async addDomains(
    orgId: OrgId,
    domains: readonly string[],
    act: Act,
  ): Promise<'domain_taken' | undefined> {
    const owners = await ownersOf(directory, domains)
    const missing = domains.filter((_, index) => owners[index] !== orgId)
    return addAll(directory, orgId, portionsOf(missing), act)
  },
})

async function addAll(
  directory: string,
  orgId: OrgId,
  portions: readonly (readonly string[])[],
  act: Act,
) {
  for (const portion of portions) {
    const failure = await addVouched(directory, orgId, portion, act)
    if (failure === 'domain_taken') return failure
    if (failure) throw new Error(`the domains cannot be added: ${failure}`)
  }
  return undefined
}

type Asked = { domains: readonly string[]; callHash: string | undefined }

/** The list of its domains is for providers, which take them over; each domain has items, too. */
function organizationWrites(
  directory: string,
  organization: Organization,
  { domains, callHash }: Asked,
  { actor, at }: Act,
) {
  const { id: orgId, name } = organization
  const item = {
    ...directoryKeys.organization(orgId),
    ...storedOrganization(organization),
    ...{ domains, callHash, rev: 1, createdAt: at },
    evt: evt('latchkey.organization.created.v1', at, actor),
  }
  return [
    putNew(directory, item),
    putNew(directory, { ...directoryKeys.listedOrganization(orgId), orgId, name }),
  ]
}
