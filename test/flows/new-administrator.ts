import { randomUUID } from 'node:crypto'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newOrgId, newUserId, type OrgId, type UserId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import { tables } from '#test/stores/tables.ts'

type Given = { role?: string; state?: string; email?: string; displayName?: string }

/** An organization of its own, with the name that mails show. */
export async function newOrganization(name = 'Acme & Sons') {
  const { directory, put } = await tables()
  const orgId = newOrgId()
  const item = { orgId, name, defaultProduct: 'meetings', domains: [], rev: 1, createdAt: 1 }
  await put(directory, { ...directoryKeys.organization(orgId), ...item })
  return { orgId, name }
}

/** A person with all that leads to them as an administrator. */
export async function newAdministrator(orgId: OrgId, given: Given = {}) {
  const { directory, put } = await tables()
  const { role = 'admin', state = 'active', displayName } = given
  const email = given.email ?? `${randomUUID()}@acme.example`
  const userId = newUserId()
  const user = { userId, orgId, state, role, email, rev: 1, createdAt: 1 }
  await put(directory, {
    ...directoryKeys.user(orgId, userId),
    ...user,
    ...(displayName && { displayName }),
  })
  await put(directory, { ...directoryKeys.admin(orgId, userId), role })
  await put(directory, { ...directoryKeys.adminEmail(sha256(email), orgId), userId })
  return { orgId, userId, email }
}

/** Changes a user behind the product's back. */
export async function changeUser(orgId: OrgId, userId: UserId, changes: object) {
  const { directory, read, put } = await tables()
  const key = directoryKeys.user(orgId, userId)
  await put(directory, { ...(await read(directory, key)), ...key, ...changes })
}
