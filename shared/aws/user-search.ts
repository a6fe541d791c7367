import type { OrgId, UserId } from '../ids.ts'
import type { UserQuery, UserStore } from '../users/ports.ts'
import type { User } from '../users/types.ts'
import { foldUserName, isUserName } from '../users/user-name.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { queryPage } from './query.ts'
import { userRecordOf } from './user-items.ts'

/** Queries of one page, at most: a page is short rather than slow where few rows fit. */
const MAX_ROUNDS = 4

/** Lists of users: rows that name them, then the users themselves. */
export const userSearch = (
  directory: string,
): Pick<UserStore, 'list' | 'listDeleted' | 'findByUserName'> => ({
  async list(orgId, { by, prefix, state, after, limit }) {
    const pk = by === 'email' ? emailsOf(orgId) : namesOf(orgId)
    const users: User[] = []
    let place = after
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const wanted = { pk, ...(prefix && { prefix }), after: place, limit: limit - users.length }
      const { items, next } = await queryPage(directory, wanted)
      const rows = rowsOf(items).filter(({ isAlias }) => !isAlias?.startsWith(prefix))
      users.push(...(await readUsers(directory, orgId, rows, state)))
      place = next
      if (next === undefined || users.length === limit) break
    }
    return { users, ...(place !== undefined && { next: place }) }
  },

  async listDeleted(orgId, { after, limit }) {
    const pk = `org#${orgId}#deleted`
    const { items, next } = await queryPage(directory, { pk, after, limit })
    const users = await readUsers(directory, orgId, rowsOf(items), 'deleted')
    return { users, ...(next !== undefined && { next }) }
  },

  async findByUserName(orgId, userName) {
    if (!isUserName(userName)) return undefined
    const folded = foldUserName(userName)
    const marker = { table: directory, key: directoryKeys.userName(orgId, folded) }
    const items = await readItems([marker])
    const users = await readUsers(directory, orgId, rowsOf(items.filter(isThere)), undefined)
    // They may have got another one since the marker was read.
    return users.find((one) => one.state !== 'deleted' && isNamed(one, folded))
  },
})

const isThere = (item: object | undefined) => item !== undefined

const isNamed = ({ userName }: User, folded: string) =>
  userName !== undefined && foldUserName(userName) === folded

type Row = { userId: UserId; isAlias?: string }

const rowsOf = (items: readonly object[]) => items as readonly Row[]

const emailsOf = (orgId: OrgId) => directoryKeys.email(orgId, '').pk
const namesOf = (orgId: OrgId) => directoryKeys.name(orgId, '').pk

/** In the order of the rows; who has changed since the rows were read may be missing. */
async function readUsers(
  table: string,
  orgId: OrgId,
  rows: readonly Row[],
  state: UserQuery['state'],
): Promise<User[]> {
  if (rows.length === 0) return []
  const items = await readItems(
    rows.map(({ userId }) => ({ table, key: directoryKeys.user(orgId, userId) })),
  )
  return items.flatMap((item) => {
    const user = userRecordOf(item)?.user
    return user && (state === undefined || user.state === state) ? [user] : []
  })
}
