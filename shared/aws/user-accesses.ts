import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId, UserId } from '../ids.ts'
import type { Access, AccessAct } from '../products/access.ts'
import { promoteWaiting } from '../products/promote-waiting.ts'
import { removalWrite } from './access-changes.ts'
import { dynamoAccess } from './access-store.ts'
import { countWrite, holderDelete, noLongerWaiting } from './access-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { condition } from './item-writes.ts'
import { queryAll } from './query.ts'
import { accessOf, LOST_WITH_USER } from './seat-items.ts'

type Person = { orgId: OrgId; userId: UserId }

/** What a user may use or waits for, 20 at most, strongly consistent. */
export async function readUserAccesses(directory: string, person: Person): Promise<Access[]> {
  const rows = await readRows(directory, person)
  return rows.flatMap((row) => accessOf(row) ?? [])
}

/** What somebody had when they were deleted, for a restoration to ask for it again. */
export async function readLostAccesses(
  directory: string,
  person: Person,
): Promise<Pick<Access, 'account' | 'product' | 'grantedBy'>[]> {
  const rows = (await readRows(directory, person)) as Lost[]
  return rows.flatMap(({ lostWith, accountId: account, product, grantedBy }) =>
    lostWith === LOST_WITH_USER ? [{ account, product, grantedBy }] : [],
  )
}

type Lost = { lostWith?: string; accountId: Access['account'] } & Pick<
  Access,
  'product' | 'grantedBy'
>

const readRows = (directory: string, { orgId, userId }: Person): Promise<object[]> =>
  queryAll(directory, { pk: directoryKeys.userProducts(orgId, userId).pk, prefix: 'access#' })

/**
 * Writes that free seats of a user who is deleted, for the transaction that does it: 3 an access
 * and one more, 61 at most. They fail where the accesses are not these any more; then they are to be
 * read again. Afterwards, `handOnSeats()`.
 *
 * @param all how many accesses the user has: more, where some go over to somebody else
 */
export function freeingWrites(
  directory: string,
  { orgId, userId }: Person,
  accesses: readonly Access[],
  act: AccessAct,
  all = accesses.length,
): TransactWriteItem[] {
  const Delete = condition(directory, {
    key: directoryKeys.userProducts(orgId, userId),
    condition: all > 0 ? '#count = :all' : 'attribute_not_exists(#count) OR #count = :all',
    values: { all },
  })
  return [
    { Delete },
    ...accesses.flatMap((access) => {
      const seat = { orgId, ...access }
      return [
        countWrite(directory, seat, access.state === 'granted' ? freed : noLongerWaiting),
        removalWrite(directory, seat, access, { ...act, lostWith: LOST_WITH_USER }),
        holderDelete(directory, seat, access.place),
      ]
    }),
  ]
}

const freed = { used: -1, condition: '#used > :none', values: { none: 0 } }

/** Gives freed seats to those who wait. May run twice; left out, the seats' next change does it. */
export async function handOnSeats(
  directory: string,
  orgId: OrgId,
  accesses: readonly Access[],
  act: AccessAct,
): Promise<void> {
  for (const { account, product } of accesses) {
    await promoteWaiting(dynamoAccess(directory), { orgId, account, product }, act)
  }
}
