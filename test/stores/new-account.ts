import { randomUUID } from 'node:crypto'
import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import {
  type AccountId,
  newAccountId,
  newOrgId,
  newUserId,
  type OrgId,
  type UserId,
} from '#shared/ids.ts'
import type { AccessAct, AccessKey } from '#shared/products/access.ts'
import type { Account } from '#shared/products/account.ts'
import { nowMs } from './new-sign-in.ts'
import type { Tables } from './tables.ts'

export const act: AccessAct = { actor: 'apikey:key_1', nowMs }

/** An organization that no other test has, with people and accounts as tests ask for them. */
export async function newHouse(db: Tables) {
  const orgId = newOrgId()
  await db.put(db.directory, { ...directoryKeys.organization(orgId), orgId, name: 'Acme', rev: 1 })
  return houseOf(db, orgId)
}

/** The same of an organization that is there. */
export function houseOf(db: Tables, orgId: OrgId) {
  const accounts = dynamoAccounts(db.directory)
  const access = dynamoAccess(db.directory)

  async function account(changes: Partial<Account> = {}): Promise<Account> {
    const made: Account = {
      id: newAccountId(),
      orgId,
      name: 'Acme main',
      overAllocation: 'refuse',
      seats: { meetings: 1 },
      createdAt: Math.floor(nowMs / 1000),
      rev: 1,
      ...changes,
    }
    const error = await accounts.create({ account: made }, { actor: act.actor, at: made.createdAt })
    if (error) throw new Error(error)
    return made
  }

  async function user(state = 'active'): Promise<UserId> {
    const userId = newUserId()
    const email = `${randomUUID()}@acme.example`
    const key = directoryKeys.user(orgId, userId)
    await db.put(db.directory, { ...key, userId, orgId, state, email, rev: 1 })
    await db.put(db.directory, { ...directoryKeys.email(orgId, email), userId })
    return userId
  }

  const users = (count: number) => Promise.all(Array.from({ length: count }, () => user()))
  const keyOf = (id: AccountId, userId: UserId, product = 'meetings'): AccessKey => ({
    orgId,
    account: id,
    product,
    userId,
  })
  return { orgId, accounts, access, account, user, users, keyOf }
}

export type House = Awaited<ReturnType<typeof newHouse>>

/**
 * What is stored of an account's seats, seen from every side: the counts, the rows of holders, the
 * accesses of these users and their summaries.
 */
export async function seatsOf(
  db: Tables,
  { orgId, access }: House,
  seat: { account: AccountId; product?: string },
  userIds: readonly UserId[],
) {
  const { account, product = 'meetings' } = seat
  const count = await db.read(db.directory, directoryKeys.seats(orgId, account, product))
  const holders = await access.listHolders({ orgId, account, product }, { limit: 100 })
  const accesses = await Promise.all(
    userIds.map(async (userId) => ({
      userId,
      row: await db.read(db.directory, directoryKeys.access(orgId, userId, account, product)),
      summary: await db.read(db.directory, directoryKeys.userProducts(orgId, userId)),
    })),
  )
  const inState = (state: string) => accesses.filter(({ row }) => row?.['state'] === state)
  return {
    counts: { seats: count?.['seats'], used: count?.['used'], waiting: count?.['waiting'] },
    granted: inState('granted').map(({ userId }) => userId),
    queued: inState('queued').map(({ userId }) => userId),
    holders: holders.rows.filter(({ state }) => state === 'granted').map(({ userId }) => userId),
    queue: holders.rows.filter(({ state }) => state === 'queued').map(({ userId }) => userId),
    entitled: accesses
      .filter(({ summary }) => summary?.[`seat:${product}#${account}`] === true)
      .map(({ userId }) => userId),
    /** Whether each summary counts what it lists, over all accounts. */
    isCounted: accesses.every(({ summary = {} }) => {
      const listed = Object.keys(summary).filter((name) => name.startsWith(`seat:${product}#`))
      return Number(summary[`product:${product}`] ?? 0) === listed.length
    }),
    events: accesses.flatMap(
      ({ row }) => (row?.['evt'] as { type: string } | undefined)?.type ?? [],
    ),
  }
}

/** Seats add up: what is counted is what is held, in all lists, and nobody waits beside a free seat. */
export function assertConsistent(
  seen: Awaited<ReturnType<typeof seatsOf>>,
  equal: (actual: unknown, expected: unknown, message: string) => void,
) {
  const { seats, used, waiting } = seen.counts
  const sorted = (ids: readonly string[]) => ids.toSorted()
  equal(used, seen.granted.length, 'used seats are granted accesses')
  equal(waiting, seen.queued.length, 'who waits is counted')
  equal(sorted(seen.holders), sorted(seen.granted), 'holders are listed')
  equal(sorted(seen.queue), sorted(seen.queued), 'the queue is listed')
  equal(sorted(seen.entitled), sorted(seen.granted), 'summaries agree')
  equal(seen.isCounted, true, 'summaries count what they list')
  equal(Number(used) <= Number(seats), true, 'no seat is given twice')
  equal(waiting === 0 || used === seats, true, 'nobody waits beside a free seat')
}
