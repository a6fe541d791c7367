import { addressOf } from '../scim/person-profile.ts'
import type { SignIn, Subject } from '../sign-in/ports.ts'
import { adminRowWrites } from './admin-rows.ts'
import { readItems } from './dynamo.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { scimKeys } from './scim-keys.ts'
import { readPersonLinks } from './scim-person-links.ts'
import { scimUserOf } from './scim-user-items.ts'
import { type Believed, keepUser, type UserWriteFailure, updateUser } from './user-writes.ts'
import type { UserFailure } from './write-user.ts'

/**
 * What a sign-in with another profile than last time writes of somebody whom directories provision:
 * names are what those say, and the address, too, unless none of them has one for us (ADR 0021).
 */
export async function provisionedWrites(
  table: string,
  signIn: SignIn,
  subject: Subject,
  person: Believed,
): Promise<GuardedWrite<UserWriteFailure | UserFailure>[]> {
  const { email } = signIn.profile
  if (person.email === email || (await isAddressTheirs(table, signIn, person))) {
    return keepUser(table, signIn, subject)
  }
  const { givenName, familyName, displayName } = person
  const names = Object.entries({ givenName, familyName, displayName })
  const profile = {
    email,
    ...Object.fromEntries(names.filter(([, value]) => value !== undefined)),
  }
  return [
    ...updateUser(table, signIn, subject, { believed: person, profile }),
    ...adminRowWrites(table, person, { ...person, ...profile }),
  ]
}

/** Whether a directory has an address of theirs that lies in a domain of the organization. */
async function isAddressTheirs(table: string, { idp }: SignIn, { userId: personId }: Believed) {
  const links = await readPersonLinks(table, { orgId: idp.orgId, personId })
  const keys = links.map(({ directoryId, scimUserId }) => scimKeys.user(directoryId, scimUserId))
  const items = await readItems(keys.map((key) => ({ table, key })))
  return items.some((item) => {
    const user = scimUserOf(item)
    return user && addressOf(user.document, idp.verifiedDomains) !== undefined
  })
}
