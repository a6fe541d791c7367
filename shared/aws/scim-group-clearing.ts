import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { DirectoryId, GroupId } from '../ids.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import type { Member } from '../scim/types.ts'
import { partsOf, sideBySide } from '../side-by-side.ts'
import { epochMilliseconds, toSeconds } from '../time.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { guarded, remove } from './item-writes.ts'
import { queryAll } from './query.ts'
import { groupOf } from './scim-group-items.ts'
import { scimKeys } from './scim-keys.ts'
import { transact } from './transact.ts'

type Group = { table: string; directory: DirectoryId; id: GroupId }

/** A member, and the event of its row, which tells it from the row of who came later. */
type Row = Member & { event: string | undefined }

/** Two items each. */
const MEMBERS_A_TRANSACTION = 50
const MEMBERS_A_PAGE = 1000
const AT_A_TIME = 8
const KEPT_SECONDS = 30 * 24 * 3600

/**
 * Takes all members from a group that is no more; who they were stays for as long as the log of
 * changes does. Answers whether none is left; until then it has to be called again. From a group
 * that has come back meanwhile nobody is taken.
 *
 * @param untilMs when to leave the rest to another time
 */
export async function clearGroup(group: Group, untilMs: number): Promise<boolean> {
  let from: string | undefined = 'grp_'
  while (from !== undefined) {
    if (epochMilliseconds() > untilMs) return false
    const page: Awaited<ReturnType<typeof rowsFrom>> = await rowsFrom(group, from)
    // Once they are read: who is put into a group that has come back has another row.
    if (await isThere(group)) return true
    const isDone = await clearAll(group, page.rows)
    if (isDone) from = page.next
  }
  return forgetUncounted(group)
}

async function rowsFrom({ table, directory, id }: Group, from: string) {
  const { pk } = scimKeys.member(directory, id, 'usr_')
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk >= :from',
      FilterExpression: 'attribute_not_exists(removedAt)',
      ProjectionExpression: 'sk, evt.id',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':from': from }),
      ConsistentRead: true,
      Limit: MEMBERS_A_PAGE,
    }),
  )
  const rows = Items.flatMap((item): Row[] => {
    const { sk, evt } = fromItem<{ sk: string; evt?: { id?: string } }>(item)
    const member = memberOf(sk)
    return member ? [{ ...member, event: evt?.id }] : []
  })
  const last = LastEvaluatedKey && fromItem<{ sk: string }>(LastEvaluatedKey).sk
  return { rows, next: last && `${last}\0` }
}

async function isThere({ table, directory, id }: Group) {
  const [item] = await readItems([{ table, key: scimKeys.group(directory, id) }])
  return groupOf(item) !== undefined
}

/** Answers whether none of them has changed meanwhile: else they are to be read again. */
async function clearAll(group: Group, rows: readonly Row[]): Promise<boolean> {
  const failed = await sideBySide(partsOf(rows, MEMBERS_A_TRANSACTION), AT_A_TIME, (some) =>
    transact(some.flatMap((row) => clearingWrites(group, row))),
  )
  return failed.flat().length === 0
}

function clearingWrites({ table, directory, id }: Group, { id: member, type, event }: Row) {
  const removedAt = toSeconds(epochMilliseconds())
  const gone = {
    ...scimKeys.member(directory, id, member),
    type,
    ...{ removedAt, withGroup: true, expiresAt: removedAt + KEPT_SECONDS },
  }
  const asRead =
    event === undefined
      ? {
          condition:
            'attribute_exists(#pk) AND attribute_not_exists(#evt) AND attribute_not_exists(#removedAt)',
          values: {},
        }
      : { condition: '#evt.#id = :event', values: { event } }
  return [guarded(table, gone, asRead), remove(table, scimKeys.membership(directory, member, id))]
}

/** What was to be added to the number of its members: nobody counts them any more. */
async function forgetUncounted(group: Group): Promise<true> {
  const { table, directory, id } = group
  const rows = await queryAll(table, { pk: scimKeys.uncounted(directory, id, '').pk })
  if (rows.length === 0 || (await isThere(group))) return true
  for (const some of partsOf(rows, MEMBERS_A_TRANSACTION)) {
    await transact(some.map(({ pk, sk }) => remove(table, { pk, sk })))
  }
  return true
}
