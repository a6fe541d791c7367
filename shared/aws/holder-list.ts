import type { UserId } from '../ids.ts'
import type { Access, Seat } from '../products/access.ts'
import type { Holder, HolderPage } from '../products/access-ports.ts'
import type { User } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { queryPage } from './query.ts'

type Row = Pick<Access, 'userId' | 'state' | 'grantedBy' | 'at'> & { pk: string; sk: string }

/** Who has a seat, by id, then who waits, in order; with the names that they have now. */
export async function listHolders(
  directory: string,
  { orgId, account, product }: Seat,
  page: { after?: string; limit: number },
): Promise<HolderPage> {
  const { pk } = directoryKeys.holder(orgId, account, product, '')
  const { items, next } = await queryPage(directory, { pk, ...page })
  const rows = items as Row[]
  const users = await readItems(
    rows.map(({ userId }) => ({ table: directory, key: directoryKeys.user(orgId, userId) })),
  )
  return {
    rows: rows.map((row, index) => holderOf(row, users[index])),
    ...(next !== undefined && { next }),
  }
}

function holderOf({ userId, state, grantedBy, at }: Row, user: object | undefined): Holder {
  const holder = { userId, state, grantedBy, at }
  const { email, displayName } = (user ?? {}) as Partial<User> & { userId?: UserId }
  if (email === undefined) return holder
  return { ...holder, person: { email, ...(displayName !== undefined && { displayName }) } }
}
