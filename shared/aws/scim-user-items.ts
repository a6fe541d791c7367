import { type DirectoryId, orgOfDirectory, type UserId } from '../ids.ts'
import type { Document, ScimUser } from '../scim/types.ts'
import { fold } from '../users/fold.ts'
import type { Key } from './dynamo.ts'
import { scimKeys } from './scim-keys.ts'

type StoredUser = {
  userId: UserId
  directoryId: DirectoryId
  /** JSON text. */
  doc: string
  ver: number
  createdMs: number
  modifiedMs: number
  personId?: UserId
  isApart?: true
  deletedAt?: number
}

/** The item of a SCIM user. */
export const scimUserItem = (user: ScimUser) => ({
  ...scimKeys.user(user.directoryId, user.id),
  userId: user.id,
  orgId: orgOfDirectory(user.directoryId),
  directoryId: user.directoryId,
  doc: JSON.stringify(user.document),
  ver: user.version,
  createdMs: user.createdMs,
  modifiedMs: user.modifiedMs,
  personId: user.personId,
  isApart: user.isApart,
})

/** The SCIM user of an item; undefined: there is none, or none any more. */
export function scimUserOf(item: object | undefined): ScimUser | undefined {
  if (!item || (item as StoredUser).deletedAt !== undefined) return undefined
  const { userId, directoryId, doc, ver, createdMs, modifiedMs, personId, isApart } =
    item as StoredUser
  return {
    ...{ id: userId, directoryId, document: JSON.parse(doc) as Document },
    ...{ version: ver, createdMs, modifiedMs },
    ...(personId && { personId }),
    ...(isApart && { isApart }),
  }
}

/** A row that leads to a SCIM user. */
export type UserRow = Required<Key> & { userId: UserId; types?: readonly string[] }

type Named = Pick<ScimUser, 'id' | 'directoryId' | 'document'>

/** The row that makes the userName unique. */
export const nameRow = ({ id: userId, directoryId, document }: Named): UserRow => ({
  ...scimKeys.userName(directoryId, String(document['userName'] ?? '')),
  userId,
})

/** Rows that lead to a SCIM user by what several may have. */
export function indexRows({ id: userId, directoryId, document }: Named): readonly UserRow[] {
  const { externalId } = document
  const external =
    typeof externalId === 'string' && externalId !== ''
      ? [{ ...scimKeys.userExternalId(directoryId, externalId, userId), userId }]
      : []
  const emails = [...emailTypes(document)].map(([email, types]) => ({
    ...scimKeys.userEmail(directoryId, email, userId),
    ...{ userId, types: [...types].toSorted((a, b) => (a < b ? -1 : 1)) },
  }))
  return [...external, ...emails]
}

/** Types by the folded values of e-mails. */
function emailTypes({ emails }: Document): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const one of Array.isArray(emails) ? (emails as readonly Document[]) : []) {
    const { value, type } = one
    if (typeof value !== 'string' || value === '') continue
    const types = found.get(fold(value)) ?? new Set()
    if (typeof type === 'string') types.add(type)
    found.set(fold(value), types)
  }
  return found
}
