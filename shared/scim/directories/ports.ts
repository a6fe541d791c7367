import type { DirectoryId, OrgId, ScimTokenId } from '../../ids.ts'
import type { Act } from '../../users/ports.ts'
import type { Directory } from '../types.ts'
import type { ScimToken } from './types.ts'

/** How many resources a directory has. */
export type ResourceCounts = { users: number; groups: number }

/** Those of a directory's tokens that have not been revoked, and what tells that it is so still. */
export type LiveTokens = {
  tokens: readonly { id: ScimTokenId; expiresAt?: number }[]
  /** Undefined: there never was one. */
  revision: number | undefined
}

/** `directory_exists`: the id is taken, maybe by the same call. */
export type DirectoryCreationError =
  | 'organization_unknown'
  | 'directory_exists'
  | 'too_many_directories'

export type DirectoryStore = {
  /** Undefined also of another organization's. */
  find(orgId: OrgId, id: DirectoryId): Promise<Directory | undefined>
  /** With what makes the call that created it the same call, where it said so. */
  findCreated(
    orgId: OrgId,
    id: DirectoryId,
  ): Promise<{ directory: Directory; callHash?: string } | undefined>
  list(orgId: OrgId): Promise<readonly Directory[]>
  countResources(id: DirectoryId): Promise<ResourceCounts>
  /** Whether there is any user or group; strongly consistent, as counts are not. */
  hasResources(id: DirectoryId): Promise<boolean>
  create(
    directory: Directory,
    callHash: string | undefined,
    act: Act,
  ): Promise<DirectoryCreationError | undefined>
  /**
   * From one state to the next; the event says what happened. Where the guard paused it,
   * administrators get a mail.
   */
  change(before: Directory, next: Directory, act: Act): Promise<'changed_meanwhile' | undefined>
  /** With its tokens, and what was counted. */
  remove(directory: Directory, live: LiveTokens, act: Act): Promise<'changed_meanwhile' | undefined>
}

export type ScimTokenStore = {
  findLive(directory: DirectoryId): Promise<LiveTokens>
  /** Those that there are, in the order asked for. */
  findAll(ids: readonly ScimTokenId[]): Promise<readonly ScimToken[]>
  /** With its place in the list and, where it ends, in the schedule. */
  create(
    token: ScimToken,
    live: LiveTokens,
    act: Act,
  ): Promise<'changed_meanwhile' | 'directory_unknown' | undefined>
  revoke(token: ScimToken, live: LiveTokens, act: Act): Promise<'changed_meanwhile' | undefined>
}

/** A token whose end, or a warning of it, comes near. Epoch seconds. */
export type DueToken = {
  tokenId: ScimTokenId
  directoryId: DirectoryId
  orgId: OrgId
  dueAt: number
}

/** What decides whether a token is warned of. */
export type ExpiringToken = Pick<ScimToken, 'id' | 'directoryId' | 'createdAt'> & {
  expiresAt: number
  /** Days before its end of the last warning; absent: there was none. */
  warnedDays?: number
}

export type TokenWatchStore = {
  /** Of all organizations, the longest due first. */
  listDue(now: number): Promise<readonly DueToken[]>
  /** Undefined where it was revoked, or its directory removed. */
  find(due: DueToken): Promise<{ token: ExpiringToken; directory: Directory } | undefined>
  /** Once, by event and mail; and moves it in the schedule, or takes it out. */
  warn(
    found: { token: ExpiringToken; directory: Directory },
    warning: { days: number; daysLeft: number; nextAt: number | undefined; due: DueToken },
    act: Act,
  ): Promise<'changed_meanwhile' | undefined>
  /** Says when it is due next; nothing, if it is not in the schedule any more. */
  postpone(due: DueToken, dueAt: number): Promise<void>
  unschedule(due: DueToken): Promise<void>
}
