import type { DirectoryId, GroupId, OrgId, ScimTokenId, UserId } from '../ids.ts'

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | Document

/**
 * A resource as its client sent it, by the names of the registry, values as they came; without id,
 * schemas, meta, groups, members and what no schema knows.
 */
export type Document = { readonly [name: string]: Json }

/** A connection by which one identity provider provisions one organization (R27). */
export type Directory = {
  id: DirectoryId
  orgId: OrgId
  name: string
  state: 'active' | 'paused'
  /** Of a paused one. Epoch seconds. */
  paused?: { at: number; by: string; cause: 'admin' | 'guard' }
  guard: Guard
  /** Signs cursors. */
  cursorKey: string
  /** Epoch seconds. */
  createdAt: number
  revision: number
}

/** How many people a directory may take things from in one hour before it is paused. */
export type Guard = {
  /** Percent of its users. */
  share: number
  /** So many are always allowed. */
  atLeast: number
  /** Epoch seconds: until then it lets everything pass. */
  liftedUntil?: number
}

/** Who may make the request: a token's directory, as it is now. */
export type ScimCaller = {
  directory: Directory
  tokenId: ScimTokenId
  /** Domains that the organization has proved. */
  domains: readonly string[]
}

/** What of it decides what becomes of a change. */
export type Provisioning = Pick<ScimCaller, 'directory' | 'domains'>

export type ScimUser = {
  id: UserId
  directoryId: DirectoryId
  document: Document
  /** Counts changes. */
  version: number
  createdMs: number
  modifiedMs: number
  /** The Latchkey user that it is; undefined: it has no address in a verified domain. */
  personId?: UserId
  /** Set where an admin has parted the two: no change of the SCIM user brings them together again. */
  isApart?: true
}

/** What is needed beside its document to bring a removed SCIM user back. */
export type RemovedUser = Pick<ScimUser, 'personId' | 'isApart'>

export type ScimGroup = {
  id: GroupId
  directoryId: DirectoryId
  document: Document
  version: number
  memberCount: number
  createdMs: number
  modifiedMs: number
}

export type MemberId = UserId | GroupId
export type Member = { id: MemberId; type: 'User' | 'Group' }

/** A request as the log tells admins: without what it says of people. */
export type LoggedRequest = {
  requestId: string
  /** Absent: an administrator makes it, in the administration API. */
  tokenId?: ScimTokenId | undefined
  method: string
  /** Below the directory: `/Users/usr_…`. */
  path: string
  /** JSON text, with values of people replaced. */
  body?: string
}

/** Who writes, when, and by which request. */
export type ScimAct = {
  /** As events name it. */
  actor: string
  nowMs: number
  request: LoggedRequest
}

/** What leads to a resource without a search. */
export type IndexKey =
  | { by: 'id'; value: string }
  | { by: 'userName' | 'externalId' | 'email' | 'displayName'; value: string }
  /** Groups that have this member. */
  | { by: 'member'; value: string }
  /** Users that are direct members of this group. */
  | { by: 'group'; value: string }
  | { by: 'userName' | 'displayName'; startsWith: string }
