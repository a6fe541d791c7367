import type { DirectoryId, GroupId } from '../../ids.ts'
import type { ScimAct } from '../types.ts'

/** What a request has begun with a group, and may not live to end. */
export type Unfinished = {
  directoryId: DirectoryId
  groupId: GroupId
  /** Whether the group is no more; else it has members that are not counted. */
  isDeleted: boolean
  act: ScimAct
  /** Epoch seconds: then the request that began it is over. */
  dueAt: number
}

export type UnfinishedGroups = {
  /** @param now epoch seconds */
  listDue(now: number): Promise<readonly Unfinished[]>
  /** Answers whether it is finished; false: some of it is left to another time. */
  finish(unfinished: Unfinished, untilMs: number): Promise<boolean>
}
