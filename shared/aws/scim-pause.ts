import { pauseDirectory } from '../scim/directories/change-directory.ts'
import type { Directory, ScimAct } from '../scim/types.ts'
import { toSeconds } from '../time.ts'

/**
 * Pauses a directory of which the guard lets no more pass. It is seldom, and loaded once it comes.
 */
export const dynamoScimPause =
  (table: string) =>
  async ({ id, orgId }: Directory, { actor, nowMs }: ScimAct): Promise<void> => {
    const { dynamoDirectories } = await import('./scim-directory-store.ts')
    const target = { id, orgId, seen: undefined, act: { actor, at: toSeconds(nowMs) } }
    const paused = await pauseDirectory(dynamoDirectories(table), target, 'guard')
    if (!paused.ok) throw new Error(`the guard could not pause the directory: ${paused.error}`)
  }
