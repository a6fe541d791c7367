import type { Bookmarks } from '../lists/search-ports.ts'
import type { ScimGroupStore, ScimUserStore } from '../ports.ts'
import type { Directory, ScimAct } from '../types.ts'

/** What the requests about groups need. */
export type GroupPorts = {
  groups: ScimGroupStore
  /** How many users there are, for the guard. */
  users: Pick<ScimUserStore, 'count'>
  bookmarks: Bookmarks
  /** Takes no more changes before an administrator resumes the directory, and tells them so. */
  pause(directory: Directory, act: ScimAct): Promise<void>
  /** Epoch milliseconds. */
  now: () => number
}
