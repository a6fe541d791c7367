import type { DirectoryId, OrgId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { newSecret } from '../../secrets.ts'
import type { Act } from '../../users/ports.ts'
import type { Directory, Guard } from '../types.ts'
import type { DirectoryCreationError, DirectoryStore } from './ports.ts'

/** Most directories of an organization. */
export const MAX_DIRECTORIES = 10

/** A fifth of the users, and twenty always. */
const usualGuard: Guard = { share: 20, atLeast: 20 }

export type CreateDirectoryError =
  | Exclude<DirectoryCreationError, 'directory_exists'>
  | 'key_reused'

type Asked = {
  orgId: OrgId
  /** A new one; of a call that may come again, the one that the call stands for. */
  id: DirectoryId
  name: string
  guard: Partial<Guard>
  /** What makes a call the same call. */
  callHash: string | undefined
}

/** Makes a directory. A call that comes again, with its id and hash, finds what it made. */
export async function createDirectory(
  store: DirectoryStore,
  { orgId, id, name, guard, callHash }: Asked,
  act: Act,
): Promise<Result<Directory, CreateDirectoryError>> {
  const directory: Directory = {
    ...{ id, orgId, name, state: 'active' },
    guard: { ...usualGuard, ...guard },
    cursorKey: newSecret(),
    createdAt: act.at,
    revision: 1,
  }
  const error = await store.create(directory, callHash, act)
  if (!error) return ok(directory)
  if (error !== 'directory_exists') return fail(error)
  const existing = await store.findCreated(orgId, id)
  const isSame = existing !== undefined && existing.callHash === callHash
  return isSame ? ok(existing.directory) : fail('key_reused')
}
