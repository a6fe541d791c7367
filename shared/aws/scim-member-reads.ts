import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { DirectoryId, GroupId } from '../ids.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import type { Member, MemberId } from '../scim/types.ts'
import { sideBySide } from '../side-by-side.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { queryAll } from './query.ts'
import { scimKeys } from './scim-keys.ts'
import { inPortions } from './scim-queries.ts'

type Group = { table: string; directory: DirectoryId; id: GroupId }

const AT_A_TIME = 16
/** Behind every member. */
export const LAST = 'usr_~'

/** Ids are random, so each of these has as much of a big group: groups, then users. */
const RANGES = [
  ['grp_', 'grp_~'],
  ...[...'0123456789abcdef'].map((digit) => [`usr_${digit}`, `usr_${digit}~`]),
] as [string, string][]

/** What is read before anybody knew who asks. */
const FIRST = 1000

type Page = { members: readonly Member[]; next: string | undefined }

/**
 * All members of a group by id; strongly consistent. What one page does not hold is read in ranges
 * side by side.
 */
export async function readMembers(group: Group): Promise<readonly Member[]> {
  const { members, next } = await memberPage(group, 'grp_', LAST)
  if (next === undefined) return members
  const rest = RANGES.flatMap(([from, to]) =>
    to <= next ? [] : [[from > next ? from : `${next}\0`, to] as const],
  )
  const parts = await sideBySide(rest, AT_A_TIME, ([from, to]) => rangeOf(group, from, to))
  return [...members, ...parts.flat()]
}

/** As many members as one short call reads, and whether those are all. */
export async function readFirstMembers(group: Group) {
  const { members, next } = await memberPage(group, 'grp_', LAST, { limit: FIRST })
  return { members, isAll: next === undefined }
}

async function rangeOf(group: Group, from: string, to: string): Promise<Member[]> {
  const members: Member[] = []
  let next: string | undefined = from
  while (next !== undefined) {
    const page: Page = await memberPage(group, next, to)
    members.push(...page.members)
    next = page.next === undefined ? undefined : `${page.next}\0`
  }
  return members
}

const IS_MEMBER = 'attribute_not_exists(removedAt)'

type Asked = {
  limit?: number
  /** Also who went with the group. */
  withGone?: boolean
}

/** Members by id from one to another, as many as a page holds; who was removed is none. */
export async function memberPage(
  { table, directory, id }: Group,
  from: string,
  to: string,
  { limit, withGone = false }: Asked = {},
): Promise<Page> {
  const { pk } = scimKeys.member(directory, id, 'usr_')
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      FilterExpression: withGone ? `${IS_MEMBER} OR attribute_exists(withGroup)` : IS_MEMBER,
      ProjectionExpression: 'sk',
      ExpressionAttributeValues: toItem({ ':pk': pk, ':from': from, ':to': to }),
      ConsistentRead: true,
      ...(limit !== undefined && { Limit: limit }),
    }),
  )
  return {
    members: Items.flatMap((item) => memberOf(item['sk']?.S ?? '') ?? []),
    next: LastEvaluatedKey && fromItem<{ sk: string }>(LastEvaluatedKey).sk,
  }
}

/** Of these, those that are members. */
export async function readMembersAmong(
  { table, directory, id }: Group,
  members: readonly MemberId[],
): Promise<readonly Member[]> {
  const place = { table, directory, id }
  return inPortions(members, async (some) =>
    membersIn(await readItems(some.map((one) => memberWanted(place, one)))),
  )
}

/** A member's row, for reads that ask for other items too. */
export const memberWanted = ({ table, directory, id }: Group, member: MemberId) => ({
  table,
  key: scimKeys.member(directory, id, member),
})

/** The members of rows that were read. */
export const membersIn = (rows: readonly (object | undefined)[]): Member[] =>
  rows.flatMap((row) => {
    if (row === undefined || 'removedAt' in row) return []
    return memberOf((row as { sk: string }).sk) ?? []
  })

/** Groups that somebody is a direct member of, also such as are no more. */
export async function readMemberships(
  table: string,
  directory: DirectoryId,
  member: MemberId,
): Promise<GroupId[]> {
  const { pk } = scimKeys.membership(directory, member, 'grp_')
  return (await queryAll(table, { pk, prefix: 'grp_' })).map(({ sk }) => sk as GroupId)
}
