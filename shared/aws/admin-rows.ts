import type { OrgId } from '../ids.ts'
import { sha256 } from '../secrets.ts'
import { foldEmail } from '../users/email.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { type GuardedWrite, put, remove } from './guarded-write.ts'
import type { Person } from './user-rows.ts'

/**
 * From a user as they were to what they are now: the rows of administrators, which stand only for
 * active users of the roles admin and reader, and the count of active admins, which never comes down
 * to none (R6).
 */
export function adminRowWrites(
  directory: string,
  before: Person | undefined,
  next: Person,
): GuardedWrite<'last_admin'>[] {
  const [was, is] = [before && listed(before), listed(next)]
  return [
    ...countWrites(
      directory,
      next.orgId,
      Number(is?.role === 'admin') - Number(was?.role === 'admin'),
    ),
    ...rowWrites(directory, was, is),
    ...emailWrites(directory, was, is),
  ]
}

/** What an address of an administrator is looked up by. */
const adminEmailHash = (email: string) => sha256(foldEmail(email))

type Listed = ReturnType<typeof listed>

function listed({ orgId, userId, state, role, email }: Person) {
  const isAdministrator = role === 'admin' || role === 'reader'
  if (state !== 'active' || !isAdministrator) return undefined
  return { orgId, userId, role, emailHash: adminEmailHash(email) }
}

function rowWrites(directory: string, was: Listed, is: Listed) {
  if (is) {
    const { orgId, ...row } = is
    const isSame = was?.role === is.role && was.emailHash === is.emailHash
    return isSame ? [] : [put(directory, { ...directoryKeys.admin(orgId, is.userId), ...row })]
  }
  return was ? [remove(directory, directoryKeys.admin(was.orgId, was.userId))] : []
}

function emailWrites(directory: string, was: Listed, is: Listed) {
  const [from, to] = [addressKey(was), addressKey(is)]
  if (from?.pk === to?.pk) return []
  return [
    ...(is && to ? [put(directory, { ...to, userId: is.userId })] : []),
    ...(from ? [remove(directory, from)] : []),
  ]
}

const addressKey = (one: Listed) => one && directoryKeys.adminEmail(one.emailHash, one.orgId)

function countWrites(directory: string, orgId: OrgId, by: number): GuardedWrite<'last_admin'>[] {
  if (by === 0) return []
  const Update = {
    TableName: directory,
    Key: toItem(directoryKeys.adminCount(orgId)),
    UpdateExpression: 'ADD #count :by',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: toItem({ ':by': by, ...(by < 0 && { ':one': 1 }) }),
    ...(by < 0 && { ConditionExpression: '#count > :one' }),
  }
  return [{ write: { Update }, onFailure: () => 'last_admin' }]
}
