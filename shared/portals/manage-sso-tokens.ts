import { newSsoTokenId, type OrgId, type SsoTokenId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import { ORGANIZATION_CENTER } from '../products/organization-center.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Act } from '../users/ports.ts'
import { issueSsoToken } from './sso-token-text.ts'
import type { Identifier, SsoToken } from './types.ts'

/** What there is that an SSO token can be for. */
type Choice = { organization: Organization; products: ReadonlySet<string> }

export type SsoTokenStore = {
  /** Those of an organization, also those that are good for nothing any more. */
  list(orgId: OrgId): Promise<readonly SsoToken[]>
  /** The same of one. */
  find(orgId: OrgId, id: SsoTokenId): Promise<SsoToken | undefined>
  /** Undefined: there is no such organization. */
  findChoice(orgId: OrgId): Promise<Choice | undefined>
  /** With its place in the schedule, and its event. */
  create(token: SsoToken, act: Act): Promise<'organization_unknown' | undefined>
  /** From this moment on it is good for nothing. False if there is none that can be used. */
  remove(orgId: OrgId, id: SsoTokenId, act: Act): Promise<boolean>
}

/** Most SSO tokens of an organization that can be used at once: a list of them is one read. */
const MAX_SSO_TOKENS = 50

/** Not removed, and not expired. */
const isUsable = ({ removedAt, expiresAt }: SsoToken, now: number) =>
  removedAt === undefined && (expiresAt === undefined || expiresAt > now)

/** Those that can be used, in the order in which they were made. */
export async function listSsoTokens(
  store: SsoTokenStore,
  orgId: OrgId,
  now: number,
): Promise<readonly SsoToken[]> {
  const all = await store.list(orgId)
  return all
    .filter((token) => isUsable(token, now))
    .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
}

/** One that can be used. */
export async function findSsoToken(
  store: SsoTokenStore,
  { orgId, id }: { orgId: OrgId; id: SsoTokenId },
  now: number,
): Promise<SsoToken | undefined> {
  const token = await store.find(orgId, id)
  return token && isUsable(token, now) ? token : undefined
}

type Asked = {
  orgId: OrgId
  label: string
  /** Absent: the organization's default product. */
  product: string | undefined
  host: string | undefined
  identifiesBy: Identifier
  /** Absent: it does not expire. */
  lifetimeSeconds: number | undefined
}

export type CreateSsoTokenError =
  | 'organization_unknown'
  | 'product_unknown'
  | 'product_host_unknown'
  | 'too_many_sso_tokens'

/**
 * Makes an SSO token for a portal. Its text is shown once: only the hash of its secret is kept, and
 * nothing of it is ever changed (R31).
 */
export async function createSsoToken(
  store: SsoTokenStore,
  { lifetimeSeconds, ...asked }: Asked,
  act: Act,
): Promise<Result<{ token: SsoToken; text: string }, CreateSsoTokenError>> {
  const { orgId, label, host, identifiesBy } = asked
  const [choice, live] = await Promise.all([
    store.findChoice(orgId),
    listSsoTokens(store, orgId, act.at),
  ])
  if (!choice) return fail('organization_unknown')
  if (live.length >= MAX_SSO_TOKENS) return fail('too_many_sso_tokens')
  const product = asked.product ?? choice.organization.defaultProduct
  const wrong = refuseChoice(choice, product, host)
  if (wrong) return fail(wrong)
  const id = newSsoTokenId(orgId)
  const { text, secretHash } = issueSsoToken(id)
  const token: SsoToken = {
    ...{ id, orgId, label, secretHash, product, identifiesBy },
    ...(host !== undefined && { host }),
    ...{ createdAt: act.at, createdBy: act.actor },
    ...(lifetimeSeconds !== undefined && { expiresAt: act.at + lifetimeSeconds }),
  }
  const error = await store.create(token, act)
  return error ? fail(error) : ok({ token, text })
}

/** Nobody comes to the administration by a portal's word. */
function refuseChoice(
  { organization, products }: Choice,
  product: string,
  host: string | undefined,
) {
  if (product === ORGANIZATION_CENTER || !products.has(product)) return 'product_unknown'
  if (host === undefined) return undefined
  const { productHosts = [] } = organization
  const isListed = productHosts.some((one) => one.product === product && one.host === host)
  return isListed ? undefined : 'product_host_unknown'
}
