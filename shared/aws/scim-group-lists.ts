import { type DirectoryId, type GroupId, orgOfDirectory } from '../ids.ts'
import type { Lists } from '../scim/ports.ts'
import type { ScimGroup } from '../scim/types.ts'
import { queryAll, queryPage } from './query.ts'
import { findGroups, groupIdOf, groupIdsBy } from './scim-group-reads.ts'
import { listPrefix, scimKeys } from './scim-keys.ts'
import { skipRows } from './scim-queries.ts'

/** Lists of SCIM groups, and what leads to them. */
export const scimGroupLists = (table: string): Lists<GroupId, ScimGroup> => ({
  async count(directory) {
    const { pk } = scimKeys.count(directory, '')
    const parts = (await queryAll(table, { pk, prefix: 'g' })) as object[] as { n: number }[]
    return parts.reduce((sum, { n }) => sum + n, 0)
  },

  async page(directory, { after, limit }) {
    // One more than is wanted tells whether there are others.
    const { items } = await queryPage(table, { ...listOf(directory), after, limit: limit + 1 })
    const rows = items.slice(0, limit).map((item) => ({ id: groupIdOf(item), place: item.sk }))
    return { rows, hasMore: items.length > limit }
  },

  skip: (directory, count) => skipRows(table, listOf(directory), count),

  idsBy: (directory, key) => groupIdsBy(table, directory, key),

  findAll: (directory, ids) => findGroups(table, directory, ids),
})

const listOf = (directory: DirectoryId) => ({
  pk: `scim-groups#${orgOfDirectory(directory)}`,
  prefix: listPrefix(directory),
})
