import { fail, ok } from '../result.ts'
import type { UserStore } from '../users/ports.ts'
import { readItems } from './dynamo.ts'
import { directoryKeys } from './keys.ts'
import { readPersonLinks } from './scim-person-links.ts'
import { unchangedHome, userChangeWrites, userCreationWrites, writeUser } from './user-changes.ts'
import { userRecordOf } from './user-items.ts'
import { userLinks } from './user-links.ts'
import { userReads } from './user-reads.ts'
import { userSearch } from './user-search.ts'

/** Users in the directory, read strongly consistent, each changed in one transaction. */
export const dynamoUsers = (directory: string): UserStore => ({
  ...userReads(directory),
  ...userSearch(directory),
  ...userLinks(directory),
  findDirectories: (orgId, personId) => readPersonLinks(directory, { orgId, personId }),
  ...userEnds(directory),

  async create(record, home, act) {
    const { orgId, id } = record.user
    const writes = [
      ...userCreationWrites(directory, record, act),
      ...unchangedHome(directory, home),
    ]
    const error = await writeUser(writes)
    if (error !== 'changed_meanwhile') return error === 'last_admin' ? undefined : error
    const [item] = await readItems([{ table: directory, key: directoryKeys.user(orgId, id) }])
    const exists = userRecordOf(item)
    return exists ? { exists } : error
  },

  async change(before, { user, event, home }, act) {
    const next = { ...before, user, revision: before.revision + 1 }
    const error = await writeUser([
      ...userChangeWrites(directory, before, next, { event, act }),
      ...unchangedHome(directory, home),
    ])
    return error ? fail(error) : ok(next)
  },
})

/** Ends take seats with them, and are rare: what they need is loaded once one comes. */
const userEnds = (directory: string): Pick<UserStore, 'part' | 'remove' | 'restore' | 'merge'> => ({
  async part(...args) {
    const { userDirectories } = await import('./user-directories.ts')
    return userDirectories(directory).part(...args)
  },

  async remove(...args) {
    const { userRemovals } = await import('./user-removals.ts')
    return userRemovals(directory).remove(...args)
  },

  async restore(...args) {
    const { userRemovals } = await import('./user-removals.ts')
    return userRemovals(directory).restore(...args)
  },

  async merge(...args) {
    const { userMerges } = await import('./user-merges.ts')
    return userMerges(directory).merge(...args)
  },
})
