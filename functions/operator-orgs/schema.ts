import * as v from 'valibot'
import type { ListedApiKey } from '#shared/admin/manage-api-keys.ts'
import { entityTag } from '#shared/http/preconditions.ts'
import { json } from '#shared/http/respond.ts'
import { Email, PersonName } from '#shared/http/user-fields.ts'
import type { OperatedOrganization } from '#shared/orgs/operated.ts'
import { isProductHost } from '#shared/orgs/product-host.ts'
import { joinPolicies, type ProductHost } from '#shared/orgs/types.ts'
import { isoTime } from '#shared/time.ts'

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))
const product = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))
const joinPolicy = v.exactOptional(v.picklist(joinPolicies))

export const NewOrganization = v.strictObject({
  name,
  defaultProduct: product,
  joinPolicy,
  /** Gets an invitation by mail, as an administrator. */
  firstAdmin: v.exactOptional(
    v.strictObject({
      email: Email,
      givenName: v.exactOptional(PersonName),
      familyName: v.exactOptional(PersonName),
      displayName: v.exactOptional(PersonName),
    }),
  ),
  /** The operator answers for it that they are the organization's. */
  domains: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(512))), v.maxLength(20)), []),
})

/** A merge patch; nothing of an organization can be taken away. */
export const OrganizationPatch = v.strictObject({
  name: v.exactOptional(name),
  defaultProduct: v.exactOptional(product),
  joinPolicy,
})

export const NewKey = v.strictObject({
  label: name,
  role: v.optional(v.picklist(['admin', 'reader']), 'admin'),
  /** Whole days that it can be used; absent: until it is revoked. */
  days: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
})

/** Most hosts of an organization. */
const MAX_HOSTS = 20

const Host = v.strictObject({
  product,
  host: v.pipe(v.string(), v.maxLength(260), v.check(isProductHost, 'a host, with its port')),
})

/** All of them; those that are not named are taken away. */
export const ProductHosts = v.strictObject({
  hosts: v.pipe(
    v.array(Host),
    v.maxLength(MAX_HOSTS),
    v.check((hosts) => new Set(hosts.map(nameOf)).size === hosts.length, 'each host once'),
  ),
})

const nameOf = ({ product: key, host }: ProductHost) => `${key} ${host}`

/** Hosts, and the revision of the organization that they are of. */
export const shownHosts = ({
  organization,
  revision,
}: Pick<OperatedOrganization, 'organization' | 'revision'>) =>
  json(200, { hosts: organization.productHosts ?? [] }, { etag: entityTag(String(revision)) })

export function shown(status: 200 | 201, found: OperatedOrganization) {
  const { organization, domains, createdAt, revision, state } = found
  const value = {
    joinPolicy: 'automatic',
    productHosts: [],
    ...organization,
    verifiedDomains: domains,
    createdAt: isoTime(createdAt),
    state,
  }
  return json(status, value, { etag: entityTag(String(revision)) })
}

export const shownKey = ({ createdAt, expiresAt, ...key }: ListedApiKey) => ({
  ...key,
  createdAt: isoTime(createdAt),
  ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
})
