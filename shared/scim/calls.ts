import type { DirectoryId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { ScimError } from './errors.ts'
import type { ScimAct, ScimCaller } from './types.ts'

/** What a conditional header names: versions, or any (RFC 9110 §13.1). */
export type Tags = readonly string[] | '*'

/** A request, before anybody knows who makes it. */
export type ScimCall = {
  method: string
  /** Below the directory: `/Users/usr_…`. */
  path: string
  /** Of the path; it exists, and is the caller's, only where there is a caller. */
  directory: DirectoryId
  /** The path's `{id}`. */
  id: string | undefined
  /** `https://…/scim/v2/dir_…`: what locations begin with. */
  baseUrl: string
  query: URLSearchParams
  nowMs: number
  /** JSON, of a form and size that is taken; read once. */
  body(): Result<unknown, ScimError>
  ifMatch: Tags | undefined
  ifNoneMatch: Tags | undefined
}

/** An answer without fault. */
export type ScimReply = {
  status: 200 | 201 | 204 | 304
  resource?: object
  /** Absolute. */
  location?: string
  /** Of the resource: its ETag. */
  version?: number
  /** A search without a result: the log for admins keeps it. */
  foundNothing?: true
}

export type ScimAnswer = Result<ScimReply, ScimError>

/**
 * What answers a request, in two phases: `read`, which changes nothing, runs beside the
 * authentication; `act` only once that has let the caller pass. What `read` refuses is told only
 * then, too (ADR 20).
 */
export type ScimRoute<Read> = {
  read(call: ScimCall): Promise<Result<Read, ScimError>>
  act(caller: ScimCaller, call: ScimCall & { scimAct: ScimAct }, read: Read): Promise<ScimAnswer>
  /**
   * Whether it reads nothing, so that authentication would be all that it waits for: one that is 5
   * seconds old is good enough.
   */
  isCreate?: true
  /** Whether it changes nothing although it is no GET: a paused directory answers it. */
  isRead?: true
}
