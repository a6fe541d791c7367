import type { Administrator, AdministratorStore } from '../admin/administrator.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'

/** Administrators as their user items have them, read with strong consistency. */
export const dynamoAdministrators = (directory: string): AdministratorStore => ({
  async find(orgId, userId) {
    const [item] = await readItems([{ table: directory, key: directoryKeys.user(orgId, userId) }])
    return administratorOf(item)
  },
})

/** A user's item as the administration knows them. */
export function administratorOf(item: object | undefined): Administrator | undefined {
  if (!item) return undefined
  const { orgId, userId, email, displayName, state, role, sessionsFrom } = item as Administrator
  return {
    ...{ orgId, userId, email, state },
    ...(displayName !== undefined && { displayName }),
    ...(role !== undefined && { role }),
    ...(sessionsFrom !== undefined && { sessionsFrom }),
  }
}
