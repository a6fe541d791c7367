import type { OrgId } from '../ids.ts'
import type { Home, UserStore } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { queryAll } from './query.ts'
import { SUBJECT_PREFIX, userRecordOf, userSubjectOf } from './user-items.ts'

/** What reads a user, for stores that change more than that. */
export const userReads = (
  directory: string,
): Pick<UserStore, 'find' | 'findHome' | 'findSubjects'> => ({
  async findHome(orgId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.organization(orgId) }])
    return homeOf(item)
  },

  async find(orgId, userId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.user(orgId, userId) }])
    return userRecordOf(item)
  },

  async findSubjects(orgId, userId) {
    const { pk } = directoryKeys.user(orgId, userId)
    const rows = await queryAll(directory, { pk, prefix: SUBJECT_PREFIX })
    return rows.flatMap((row) => userSubjectOf(row) ?? [])
  },
})

type StoredHome = {
  orgId: OrgId
  domains?: readonly string[]
  joinPolicy?: Home['joinPolicy']
  rev: number
}

function homeOf(item: object | undefined): Home | undefined {
  if (!item) return undefined
  const { orgId, domains = [], joinPolicy = 'automatic', rev } = item as StoredHome
  return { orgId, domains, joinPolicy, revision: rev }
}
