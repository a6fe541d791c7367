import { log } from '../../log.ts'
import { visitDue } from '../../schedule/visit-due.ts'
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
 * of which there may be more than a request has time for, and members that are not counted. A group
 * that cannot be finished now keeps nobody else's from it.
 */
export async function finishGroups(store: UnfinishedGroups, { now, untilMs, hasTime }: Clock) {
  const due = await store.listDue(now())
  let finished = 0
  await visitDue(due, {
    atOnce: 1,
    hasTime,
    async visit(group) {
      if (await store.finish(group, untilMs)) finished++
    },
    onError: (error, { directoryId, groupId }) =>
      log.error('scim_group_unfinished', error, { directoryId, groupId }),
  })
  return { due: due.length, finished }
}
