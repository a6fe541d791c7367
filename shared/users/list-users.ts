import type { OrgId } from '../ids.ts'
import { foldEmail } from './email.ts'
import { foldName } from './fold.ts'
import type { UserPage, UserStore } from './ports.ts'
import type { UserState } from './types.ts'

type Search = {
  /** The beginning of an address. */
  email?: string | undefined
  /** The beginning of a name. */
  name?: string | undefined
  /** The whole of a user name. */
  userName?: string | undefined
  state?: UserState | undefined
  after?: string | undefined
  limit: number
}

/**
 * Users in the order of their addresses, or of their names where they are searched by name. Deleted
 * ones have a list of their own, in no order that means anything. A user name is one person's.
 *
 * @returns undefined where `after` is no place in that list
 */
export async function listUsers(
  store: Pick<UserStore, 'list' | 'listDeleted' | 'findByUserName'>,
  orgId: OrgId,
  { userName, ...search }: Search,
): Promise<UserPage | undefined> {
  const { email = '', name, state, after, limit } = search
  if (userName !== undefined) return withUserName(store, orgId, { ...search, userName })
  const isDeleted = state === 'deleted'
  const by = name === undefined ? 'email' : 'name'
  const prefix = isDeleted ? 'usr_' : name === undefined ? foldEmail(email) : foldName(name)
  if (after !== undefined && !after.startsWith(prefix)) return undefined
  return isDeleted
    ? store.listDeleted(orgId, { after, limit })
    : store.list(orgId, { by, prefix, state, after, limit })
}

/** A page of one user at most, which no other follows. */
async function withUserName(
  store: Pick<UserStore, 'findByUserName'>,
  orgId: OrgId,
  { userName, state, after }: Pick<Search, 'state' | 'after'> & { userName: string },
): Promise<UserPage | undefined> {
  if (after !== undefined) return undefined
  const user = await store.findByUserName(orgId, userName)
  const isSought = user && (state === undefined || user.state === state)
  return { users: isSought ? [user] : [] }
}
