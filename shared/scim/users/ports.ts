import type { Bookmarks } from '../lists/search-ports.ts'
import type { ScimUserStore } from '../ports.ts'
import type { Directory, ScimAct } from '../types.ts'

/** What the requests about users need. */
export type UserPorts = {
  users: ScimUserStore
  bookmarks: Bookmarks
  /** Takes no more changes before an administrator resumes the directory, and tells them so. */
  pause(directory: Directory, act: ScimAct): Promise<void>
  /** Epoch milliseconds. */
  now: () => number
}
