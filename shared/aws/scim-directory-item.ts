import type { DirectoryId, ScimTokenId } from '../ids.ts'
import type { ScimToken } from '../scim/directories/types.ts'
import type { Directory } from '../scim/types.ts'
import { scimKeys } from './scim-keys.ts'

type StoredDirectory = Omit<Directory, 'id' | 'revision'> & {
  directoryId: DirectoryId
  rev: number
}
type StoredToken = Omit<ScimToken, 'id'> & { tokenId: ScimTokenId }

/** Undefined also of one that was removed: what is left of it only keeps its event. */
export function directoryOf(item: object | undefined): Directory | undefined {
  if (!item || !('directoryId' in item) || 'removedAt' in item) return undefined
  const { directoryId, orgId, name, state, paused, guard, cursorKey, createdAt, rev } =
    item as StoredDirectory
  return {
    id: directoryId,
    ...{ orgId, name, state, guard, cursorKey, createdAt },
    ...(paused && { paused }),
    revision: rev,
  }
}

/** A directory as it is stored. */
export const directoryItem = ({ id, revision, ...rest }: Directory) => ({
  ...scimKeys.directory(id),
  directoryId: id,
  ...rest,
  rev: revision,
})

/** Whether it is expired is the caller's to see: TTL is late. */
export function tokenOf(item: object | undefined): ScimToken | undefined {
  if (!item) return undefined
  const { tokenId, directoryId, orgId, secretHash, label, createdAt, createdBy, ...rest } =
    item as StoredToken
  const { expiresAt, lastUsedAt } = rest
  return {
    id: tokenId,
    ...{ directoryId, orgId, secretHash, label, createdAt, createdBy },
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  }
}

/** A token as it is stored. One that expires is removed by the table's TTL some time later. */
export const tokenItem = ({ id, ...rest }: ScimToken) => ({
  ...scimKeys.token(id),
  tokenId: id,
  ...rest,
})
