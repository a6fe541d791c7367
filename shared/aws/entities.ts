import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, OrgId, UserId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import type { User } from '../users/types.ts'

/**
 * Stored entities name their id by what it is of, as events show it; in the code each is just the
 * `id` of its object. These read one form into the other.
 */
type Stored<Entity, Name extends string, Id> = Omit<Entity, 'id'> & Record<Name, Id>

type StoredUser = Stored<User, 'userId', UserId>
type StoredOrganization = Stored<Organization, 'orgId', OrgId>
type StoredProvider = Stored<IdentityProvider, 'idpId', IdpId>

export function userOf(item: object | undefined): User | undefined {
  if (!item) return undefined
  const { userId, ...user } = item as StoredUser
  return { ...user, id: userId }
}

/** Undefined also of one that is being deleted or imported: for all but operators there is none. */
export function organizationOf(item: object | undefined): Organization | undefined {
  if (!item || 'state' in item) return undefined
  const { orgId, ...organization } = item as StoredOrganization
  return { ...organization, id: orgId }
}

export function identityProviderOf(item: object | undefined): IdentityProvider | undefined {
  if (!item) return undefined
  const { idpId, ...idp } = item as StoredProvider
  return { ...idp, id: idpId }
}

export const storedOrganization = ({ id, ...rest }: Organization): StoredOrganization => ({
  ...rest,
  orgId: id,
})

export const storedProvider = ({ id, ...rest }: IdentityProvider): StoredProvider => ({
  ...rest,
  idpId: id,
})
