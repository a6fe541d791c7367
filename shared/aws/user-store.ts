import { fail, ok } from '../result.ts'
import type { UserStore } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { readPersonLinks } from './scim-person-links.ts'
import { userChangeWrites } from './user-changes.ts'
import { userCreationWrites } from './user-creation.ts'
import { userRecordOf } from './user-items.ts'
import { userReads } from './user-reads.ts'
import { userSearch } from './user-search.ts'
import { unchangedHome, writeUser } from './write-user.ts'

/** Users in the directory, read strongly consistent, each changed in one transaction. */
export const dynamoUsers = (directory: string): UserStore => ({
  ...userReads(directory),
  ...userSearch(directory),
  findDirectories: (orgId, personId) => readPersonLinks(directory, { orgId, personId }),
  ...rareChanges(directory),

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

type RareChange = 'link' | 'unlink' | 'part' | 'remove' | 'restore' | 'merge'

/** What they need is loaded once one comes. */
function rareChanges(directory: string): Pick<UserStore, RareChange> {
  const links = async () => (await import('./user-links.ts')).userLinks(directory)
  const directories = async () => (await import('./user-directories.ts')).userDirectories(directory)
  const removals = async () => (await import('./user-removals.ts')).userRemovals(directory)
  const merges = async () => (await import('./user-merges.ts')).userMerges(directory)
  return {
    link: async (...args) => (await links()).link(...args),
    unlink: async (...args) => (await links()).unlink(...args),
    part: async (...args) => (await directories()).part(...args),
    remove: async (...args) => (await removals()).remove(...args),
    restore: async (...args) => (await removals()).restore(...args),
    merge: async (...args) => (await merges()).merge(...args),
  }
}
