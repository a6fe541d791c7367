import { isDeepStrictEqual } from 'node:util'
import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { OrganizationRecord, OrganizationStore } from './ports.ts'
import type { Organization } from './types.ts'

export type OrganizationError = 'organization_unknown' | 'product_unknown' | 'changed_meanwhile'

type Change = {
  orgId: OrgId
  changes: Partial<Omit<Organization, 'id'>>
  /** Revisions that the caller allows to be changed; undefined: any. */
  seen: readonly string[] | undefined
  act: Act
}

const MAX_ATTEMPTS = 4

/**
 * Changes what is given of an organization. Where somebody else was faster, it is read anew, unless
 * the caller had named what it has seen.
 */
export async function changeOrganization(
  store: OrganizationStore,
  { orgId, changes, seen, act }: Change,
): Promise<Result<OrganizationRecord, OrganizationError>> {
  if (!(await areKnown(store, productsIn(changes)))) return fail('product_unknown')
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const record = await store.find(orgId)
    if (!record) return fail('organization_unknown')
    if (seen && !seen.includes(String(record.revision))) return fail('changed_meanwhile')
    const organization = { ...record.organization, ...changes }
    if (isDeepStrictEqual(organization, record.organization)) return ok(record)
    const changed = await store.change(record, organization, act)
    if (changed) return ok(changed)
  }
  return fail('changed_meanwhile')
}

const productsIn = ({ defaultProduct, productHosts = [] }: Change['changes']) => [
  ...(defaultProduct === undefined ? [] : [defaultProduct]),
  ...productHosts.map(({ product }) => product),
]

async function areKnown(store: OrganizationStore, keys: readonly string[]): Promise<boolean> {
  if (keys.length === 0) return true
  const products = await store.findProducts()
  return keys.every((key) => products.has(key))
}
