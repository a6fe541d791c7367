import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { type DirectoryId, type OrgId, orgOfDirectory } from '../ids.ts'
import type { DirectoryStore, ResourceCounts } from '../scim/directories/ports.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { writeAll } from './guarded-write.ts'
import { queryAll, queryPage } from './query.ts'
import { directoryOf } from './scim-directory-item.ts'
import { changeWrite, creationWrites, removalWrites } from './scim-directory-writes.ts'
import { listPrefix, scimKeys } from './scim-keys.ts'

/** Directories of organizations, read strongly consistent. */
export const dynamoDirectories = (table: string): DirectoryStore => ({
  async find(orgId, id) {
    return directoryOf(await read(table, orgId, id))
  },

  async findCreated(orgId, id) {
    const item = await read(table, orgId, id)
    const directory = directoryOf(item)
    const { callHash } = (item ?? {}) as { callHash?: string }
    return directory && { directory, ...(callHash !== undefined && { callHash }) }
  },

  async list(orgId) {
    const { pk } = scimKeys.directoryCount(orgId)
    const items = await queryAll(table, { pk, prefix: 'dir_' })
    return items.flatMap((item) => directoryOf(item) ?? [])
  },

  countResources: (id) => countResources(table, id),

  async hasResources(id) {
    const prefix = listPrefix(id)
    const orgId = orgOfDirectory(id)
    const [users, groups] = await Promise.all(
      [`scim-users#${orgId}`, `scim-groups#${orgId}`].map((pk) =>
        queryPage(table, { pk, prefix, limit: 1 }),
      ),
    )
    return [users, groups].some((page) => (page?.items.length ?? 0) > 0)
  },

  create: (directory, callHash, act) =>
    writeAll(creationWrites(table, { ...directory, callHash }, act)),
  change: (before, next, act) => writeAll([changeWrite(table, before, next, act)]),

  async remove(directory, live, act) {
    const error = await writeAll(removalWrites(table, directory, live, act))
    if (!error) await removeCounters(table, directory.id)
    return error
  },
})

/** An id tells its organization; of another one there is nothing to find. */
async function read(table: string, orgId: OrgId, id: DirectoryId) {
  if (orgOfDirectory(id) !== orgId) return undefined
  const [item] = await readItems([{ table, key: scimKeys.directory(id) }])
  return item
}

const readCounters = (table: string, id: DirectoryId) =>
  queryAll(table, { pk: scimKeys.count(id, '').pk })

async function countResources(table: string, id: DirectoryId): Promise<ResourceCounts> {
  const counts = { users: 0, groups: 0 }
  for (const item of await readCounters(table, id)) {
    const { n } = item as { n?: number }
    counts[item.sk.startsWith('u') ? 'users' : 'groups'] += n ?? 0
  }
  return counts
}

/** What is left over of an empty directory; it does no harm where it stays. */
async function removeCounters(table: string, id: DirectoryId) {
  const counters = await readCounters(table, id)
  const keys = [scimKeys.guard(id), ...counters.map(({ sk }) => scimKeys.count(id, sk))]
  await Promise.all(
    keys.map((key) => dynamo.send(new DeleteItemCommand({ TableName: table, Key: toItem(key) }))),
  )
}
