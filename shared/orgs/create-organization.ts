import { judgeName } from '../domains/judge-name.ts'
import type { Act } from '../idps/ports.ts'
import { fail, ok, type Result } from '../result.ts'
import type { OrganizationRecord } from './ports.ts'
import type { Organization } from './types.ts'

export type CreationError = 'domain_taken' | 'product_unknown' | 'key_reused'

/** A domain that no organization can have. */
export type DomainProblem = { field: string; cause: string; got: string }

export type OrganizationCreation = {
  /** Keys of the vendor's products. */
  findProducts(): Promise<ReadonlySet<string>>
  /** With what makes the call that created it the same call, where it said so. */
  findCreated(
    organization: Organization,
  ): Promise<{ record: OrganizationRecord; callHash?: string } | undefined>
  /** @returns `domain_taken` where another organization has one of them, or has the id by now */
  create(
    organization: Organization,
    domains: readonly string[],
    act: Act,
    callHash: string | undefined,
  ): Promise<'domain_taken' | undefined>
}

type Asked = {
  organization: Organization
  /** As the operator writes them, who says that they are the organization's. */
  domains: readonly string[]
  callHash: string | undefined
  act: Act
}

/** Creates an organization, once for calls that come again. */
export async function createOrganization(
  store: OrganizationCreation,
  { organization, domains, callHash, act }: Asked,
): Promise<Result<OrganizationRecord, CreationError | readonly DomainProblem[]>> {
  const names = await readDomains(domains)
  if (!names.ok) return names
  const before = await created(store, organization, callHash)
  if (before) return before
  if (!(await store.findProducts()).has(organization.defaultProduct)) return fail('product_unknown')
  const refused = await store.create(organization, names.value, act, callHash)
  if (!refused) {
    const record = { organization, domains: names.value, createdAt: act.at, revision: 1 }
    return ok(record)
  }
  // The same call may have been faster.
  return (await created(store, organization, callHash)) ?? fail(refused)
}

async function created(
  store: OrganizationCreation,
  organization: Organization,
  callHash: string | undefined,
) {
  const found = await store.findCreated(organization)
  if (!found) return undefined
  return found.callHash === callHash ? ok(found.record) : fail('key_reused')
}

async function readDomains(
  domains: readonly string[],
): Promise<Result<string[], readonly DomainProblem[]>> {
  const judged = await Promise.all(domains.map(judgeName))
  const problems = judged.flatMap((one, index) =>
    one.ok ? [] : [{ field: `domains[${index}]`, cause: one.error, got: domains[index] ?? '' }],
  )
  if (problems.length > 0) return fail(problems)
  return ok([...new Set(judged.flatMap((one) => (one.ok ? [one.value] : [])))])
}
