import { BatchWriteItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { toItem } from '#shared/aws/dynamo-item.ts'
import { directoryItem, tokenItem } from '#shared/aws/scim-directory-item.ts'
import { groupCreationWrites } from '#shared/aws/scim-group-writes.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { edgeWrites } from '#shared/aws/scim-member-writes.ts'
import { nameRow } from '#shared/aws/scim-user-items.ts'
import { userCreations } from '#shared/aws/scim-user-writes.ts'
import { type DirectoryId, newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import { issueScimToken } from '#shared/scim/directories/token-text.ts'
import { newPerson } from '#shared/scim/person.ts'
import type { ScimAct, ScimUser } from '#shared/scim/types.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { DOMAIN, documentAt, groupIdAt, userIdAt } from './scim-people.ts'

type Item = ReturnType<typeof toItem>

/** A directory that is there, and what a client needs of it. */
export type FilledDirectory = {
  id: DirectoryId
  token: string
  users: number
  /** Users with all their items, from the first to the last: one of them by its turn. */
  wholeAt: (turn: number) => number
}

/** Users with all their items, at least: the first ones, who are on the first pages, and others. */
const WHOLE = { first: 300, others: 100 }
const COUNT_PARTS = 64
const nowMs = epochMilliseconds()

/**
 * Makes an organization with a directory of so many users, and a group of so many members. All users
 * have the rows that lists and uniqueness read: of those, all users of a directory share a
 * partition. All other items, which have partitions of their own or are written by their key, only
 * some users have, unless there are few.
 */
export async function fillDirectory(
  table: string,
  { users, members }: { users: number; members: number },
): Promise<FilledDirectory> {
  const orgId = newOrgId()
  const id = newDirectoryId(orgId)
  const tokenId = newScimTokenId()
  const { text: token, secretHash } = issueScimToken(tokenId)
  const step = Math.max(1, Math.floor(users / WHOLE.others))
  const act = actOf(tokenId)
  const createdAt = toSeconds(nowMs)
  function* items(): Iterable<Item> {
    yield toItem({ ...directoryKeys.organization(orgId), orgId, domains: [DOMAIN] })
    yield toItem(
      directoryItem({
        ...{ id, orgId, name: 'Entra ID', state: 'active', cursorKey: 'key', createdAt },
        ...{ guard: { share: 20, atLeast: 20 }, revision: 1 },
      }),
    )
    yield toItem(
      tokenItem({
        ...{ id: tokenId, directoryId: id, orgId, secretHash, label: 'Entra', createdBy: 'bench' },
        ...{ createdAt, lastUsedAt: createdAt },
      }),
    )
    yield* countItems(id, users)
    for (let at = 0; at < users; at++) {
      const isWhole = users <= WHOLE.first || at < WHOLE.first || at % step === 0
      yield* isWhole ? wholeUser(table, userAt(id, at), act) : sharedRows(userAt(id, at))
    }
    yield* groupItems(table, id, members, act)
  }
  await writeItems(table, items())
  return { id, token, users, wholeAt: (turn) => ((turn % WHOLE.others) * step) % users }
}

/** The rows of the lists of users that are read: by name, and in the order of creation. */
function sharedRows(user: ScimUser): Item[] {
  const { id: userId, directoryId, createdMs } = user
  return [
    toItem(nameRow(user)),
    toItem({ ...scimKeys.listedUser(directoryId, createdMs, userId), userId }),
  ]
}

/** What the store writes of a new user and the person that they are. */
function wholeUser(table: string, user: ScimUser, act: ScimAct): Item[] {
  const { next, person } = newPerson({ next: user, domains: [DOMAIN], act })
  return putsOf(userCreations(table, { user: next, person }, act))
}

const putsOf = (writes: readonly { write: TransactWriteItem }[]): Item[] =>
  writes.flatMap(({ write: { Put } }) => (Put?.Item ? [Put.Item] : []))

const userAt = (directoryId: DirectoryId, at: number): ScimUser => ({
  ...{ id: userIdAt(at), directoryId, document: documentAt(at), version: 1 },
  ...{ createdMs: nowMs - 10_000_000 + at, modifiedMs: nowMs },
})

const countItems = (directory: DirectoryId, users: number): Item[] =>
  Array.from({ length: COUNT_PARTS }, (_, part) => {
    const n = Math.floor(users / COUNT_PARTS) + (part < users % COUNT_PARTS ? 1 : 0)
    return toItem({ ...scimKeys.count(directory, `u${String(part).padStart(2, '0')}`), n })
  })

/** The group, and its members' rows: whoever they are, these share a partition. */
function* groupItems(
  table: string,
  directoryId: DirectoryId,
  members: number,
  act: ScimAct,
): Iterable<Item> {
  const id = groupIdAt(0)
  const group = {
    ...{ id, directoryId, document: { displayName: 'Everybody' }, version: 1 },
    ...{ memberCount: members, createdMs: nowMs, modifiedMs: nowMs },
  }
  yield* putsOf(groupCreationWrites(table, group, act))
  const place = { table, directory: directoryId, group: id }
  const { pk } = scimKeys.member(directoryId, id, userIdAt(0))
  for (let at = 0; at < members; at++) {
    // From the other end of the line, as who is added to it is among the first.
    const member = { id: userIdAt(-1 - at), type: 'User', kind: 'add' } as const
    yield* putsOf(edgeWrites(place, member, act)).filter((item) => item['pk']?.S === pk)
  }
}

const actOf = (tokenId: ScimAct['request']['tokenId']): ScimAct => ({
  actor: `scim:${tokenId}`,
  nowMs,
  request: { requestId: 'bench', tokenId, method: 'POST', path: '/Users' },
})

/** What BatchWriteItem takes. */
const BATCH = 25
const AT_ONCE = 6

async function writeItems(table: string, items: Iterable<Item>): Promise<void> {
  const left = items[Symbol.iterator]()
  const work = async () => {
    for (let batch = next(left); batch.length > 0; batch = next(left)) {
      let requests = { [table]: batch.map((Item) => ({ PutRequest: { Item } })) }
      while (Object.keys(requests).length > 0) {
        const written = await dynamo.send(new BatchWriteItemCommand({ RequestItems: requests }))
        requests = (written.UnprocessedItems ?? {}) as typeof requests
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

function next(items: Iterator<Item>): Item[] {
  const batch: Item[] = []
  while (batch.length < BATCH) {
    const { value, done } = items.next()
    if (done) break
    batch.push(value)
  }
  return batch
}
