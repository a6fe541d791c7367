import type { DirectoryId, ScimTokenId } from '../ids.ts'
import type { ScimToken } from './directories/types.ts'
import type { Directory, ScimAct } from './types.ts'

/** What authentication reads, in one call. */
export type FoundAccess = {
  token: ScimToken | undefined
  directory: Directory | undefined
  /** The directory's; undefined also of one that is being deleted or imported. */
  organization: { domains: readonly string[] } | undefined
}

export type ScimAccess = {
  find(token: ScimTokenId, directory: DirectoryId): Promise<FoundAccess>
  /**
   * Takes note that a token is in use, where nobody else has just done so.
   *
   * @param now epoch seconds
   */
  markUsed(token: ScimToken, now: number): Promise<void>
}

/** What the log for admins is told of a request that changed nothing. */
export type ScimLog = {
  refused(
    directory: DirectoryId,
    act: Pick<ScimAct, 'nowMs' | 'request'>,
    outcome: { status: number; scimType?: string },
  ): Promise<void>
}
