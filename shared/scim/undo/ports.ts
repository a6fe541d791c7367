import type { ChangeId, DirectoryId, ScimTokenId } from '../../ids.ts'
import type { Document, MemberId, RemovedUser } from '../types.ts'

/** A request as the log has it; of one that changed something, what it changed. */
export type LoggedEntry = {
  id: ChangeId
  kind: 'change' | 'request'
  atMs: number
  requestId: string
  /** Absent: an administrator did it. */
  tokenId?: ScimTokenId
  actor?: string
  method: string
  path: string
  /** With the values of people replaced. */
  body?: string
  status: number
  scimType?: string
  change?: LoggedChange
}

/** What one transaction changed of one resource. */
export type LoggedChange = {
  type: 'User' | 'Group'
  id: MemberId
  /** Absent together with `after`: only members came or went. */
  before?: Document
  after?: Document
  /** Of a SCIM user that was removed. */
  removedUser?: RemovedUser
  added: readonly MemberId[]
  removed: readonly MemberId[]
}

/** Times are epoch milliseconds, both included. */
export type Window = { fromMs: number; toMs: number }

type LogPage = { entries: readonly LoggedEntry[]; next?: ChangeId }

export type ScimLogReader = {
  /** Newest first. Pages are bounded: one of changes only may be short and not the last. */
  list(
    directory: DirectoryId,
    asked: Window & { kind?: 'change' | 'request'; after?: ChangeId | undefined; limit: number },
  ): Promise<LogPage>
}
