import type { Unfinished, UnfinishedGroups } from '../scim/groups/unfinished-ports.ts'
import { queryDue } from './query.ts'
import { clearRemoved } from './scim-group-removal.ts'
import { scimKeys } from './scim-keys.ts'
import { settleCount } from './scim-member-count.ts'
import { finish } from './scim-unfinished.ts'

/** What is begun with groups, for who ends it. */
export const dynamoUnfinishedGroups = (table: string): UnfinishedGroups => ({
  listDue: (now) => queryDue<Unfinished>(table, scimKeys.unfinishedList, now),

  async finish(unfinished, untilMs) {
    const { directoryId: directory, groupId: id, isDeleted, act } = unfinished
    if (isDeleted) return clearRemoved(table, unfinished, untilMs)
    await settleCount({ table, directory, id }, act)
    await finish(table, unfinished)
    return true
  },
})
