import type { UnfinishedGroups } from './unfinished-ports.ts'

export type Clock = {
  /** Epoch seconds. */
  now: () => number
  /** Epoch milliseconds at which to leave the rest to the next run. */
  untilMs: number
  hasTime: () => boolean
}

/**
 * Ends what requests have begun with groups and did not live to end: memberships of deleted groups,
 * of which there may be more than a request has time for, and members that are not counted.
 */
export async function finishGroups(store: UnfinishedGroups, { now, untilMs, hasTime }: Clock) {
  const due = await store.listDue(now())
  let finished = 0
  for (const group of due) {
    if (!hasTime()) break
    if (await store.finish(group, untilMs)) finished++
  }
  return { due: due.length, finished }
}
