import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import { transact } from './dynamo.ts'
import { storedOrganization } from './entities.ts'
import { evt } from './event-attribute.ts'
import { putNew } from './item-writes.ts'
import { directoryKeys } from './keys.ts'
import { addVouched, ownersOf, portionsOf, vouchedWrites } from './vouched-domains.ts'

/** What an operator makes: organizations, with domains that the operator vouches for. */
export const organizationCreation = (directory: string) => ({
  /**
   * An organization with its domains. Those that do not fit into its transaction follow it.
   *
   * @returns `domain_taken` where another organization has one of them; then nothing is written,
   * unless that organization got it in this very moment and it was one of those that follow
   */
  async createOrganization(
    organization: Organization,
    domains: readonly string[],
    act: Act,
  ): Promise<'domain_taken' | undefined> {
    const all = [...new Set(domains)]
    const owners = await ownersOf(directory, all)
    if (owners.some((owner) => owner !== undefined)) return 'domain_taken'
    const [first = [], ...others] = portionsOf(all)
    const failed = await transact([
      organizationWrite(directory, organization, first, act),
      ...vouchedWrites(directory, organization.id, first, act),
    ])
    return failed.length > 0 ? 'domain_taken' : addAll(directory, organization.id, others, act)
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

/** The list of its domains is for providers, which take them over; each domain has items, too. */
const organizationWrite = (
  directory: string,
  organization: Organization,
  domains: readonly string[],
  { actor, at }: Act,
) =>
  putNew(directory, {
    ...directoryKeys.organization(organization.id),
    ...storedOrganization(organization),
    domains,
    rev: 1,
    createdAt: at,
    evt: evt('latchkey.organization.created.v1', at, actor),
  })
