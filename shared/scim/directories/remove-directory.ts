import { fail, ok, type Result } from '../../result.ts'
import type { Directory } from '../types.ts'
import { SETTLED_SECONDS } from '../warm-callers.ts'
import type { DirectoryTarget } from './change-directory.ts'
import { usable } from './manage-tokens.ts'
import type { DirectoryStore, ScimTokenStore } from './ports.ts'

export type RemoveDirectoryError =
  | 'directory_unknown'
  | 'changed_meanwhile'
  | 'directory_confirmation_wrong'
  | 'directory_active'
  | 'directory_not_empty'

const MAX_ATTEMPTS = 4

/**
 * Removes a directory that has been paused, so that nothing can come to it any more, and is empty.
 * Its tokens go with it.
 *
 * @param confirmation its name
 */
export async function removeDirectory(
  { directories, tokens }: { directories: DirectoryStore; tokens: ScimTokenStore },
  { orgId, id, seen, act }: DirectoryTarget,
  confirmation: string | undefined,
): Promise<Result<void, RemoveDirectoryError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const directory = await directories.find(orgId, id)
    if (!directory) return fail('directory_unknown')
    if (seen && !seen.includes(String(directory.revision))) return fail('changed_meanwhile')
    const obstacle = obstacleOf(directory, confirmation, act.at)
    if (obstacle) return fail(obstacle)
    if (await directories.hasResources(id)) return fail('directory_not_empty')
    const live = usable(await tokens.findLive(id), act.at)
    const error = await directories.remove(directory, live, act)
    if (!error) return ok(undefined)
  }
  return fail('changed_meanwhile')
}

function obstacleOf({ name, paused }: Directory, confirmation: string | undefined, now: number) {
  if (confirmation !== name) return 'directory_confirmation_wrong'
  const isSettled = paused !== undefined && paused.at + SETTLED_SECONDS <= now
  return isSettled ? undefined : 'directory_active'
}
