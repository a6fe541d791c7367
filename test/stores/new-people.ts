import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoInvitations } from '#shared/aws/invitation-store.ts'
import { queryAll } from '#shared/aws/query.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { type InvitationId, newOrgId, newUserId, type UserId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import { toSeconds } from '#shared/time.ts'
import { createUser } from '#shared/users/create-user.ts'
import { foldEmail } from '#shared/users/email.ts'
import { searchNames } from '#shared/users/fold.ts'
import { inviteUser } from '#shared/users/invite-user.ts'
import type { Details, Profile, UserRecord, UserRole } from '#shared/users/types.ts'
import { foldUserName } from '#shared/users/user-name.ts'
import { now, nowMs } from './new-sign-in.ts'
import type { Item, Tables } from './tables.ts'

/** Long before what TTL takes away is over. */
export const act = { actor: 'test', at: now }

type Given = { joinPolicy?: 'automatic' | 'invitation'; domains?: readonly string[] }

/** An organization with its users, and what stands in the table of them. */
export async function newHome(db: Tables, { joinPolicy, domains }: Given = {}) {
  const { directory } = db
  const domain = `${randomUUID()}.example`
  const orgId = newOrgId()
  const configuration = dynamoConfiguration(directory)
  const organization = {
    ...{ id: orgId, name: 'Acme', defaultProduct: 'meetings' },
    ...(joinPolicy && { joinPolicy }),
  }
  await configuration.createOrganization(organization, domains ?? [domain], act)
  const store = dynamoUsers(directory)
  const invitations = dynamoInvitations(directory)
  const targetOf = (userId: UserId, atMs = nowMs) => ({
    ...{ orgId, userId },
    act: { actor: 'test', at: toSeconds(atMs), nowMs: atMs },
  })

  const create = (profile: Partial<Details> = {}, role: UserRole = 'member') =>
    createUser(store, {
      ...{ orgId, role, act, userId: newUserId() },
      profile: { email: `${randomUUID()}@${domain}`, ...profile },
    })

  /** Somebody who is there. */
  async function user(profile: Partial<Details> = {}, role: UserRole = 'member') {
    const created = await create(profile, role)
    return created.ok ? created.value : assert.fail(created.error)
  }

  const invite = (profile: Partial<Profile> = {}, role: UserRole = 'member', at = now) =>
    inviteUser(invitations, {
      ...{ orgId, role, act: { actor: 'test', at }, userId: newUserId() },
      id: `inv_${randomUUID().replaceAll('-', '')}` as InvitationId,
      lifetimeSeconds: 14 * 24 * 3600,
      profile: { email: `${randomUUID()}@${domain}`, ...profile },
    })

  const itemOf = (userId: UserId) => db.read(directory, directoryKeys.user(orgId, userId))
  const find = async (userId: UserId) =>
    (await store.find(orgId, userId)) ?? assert.fail('there is no such user')

  const partition = async (pk: string) => (await queryAll(directory, { pk })) as Item[]

  /** All rows of the organization's people, as they should be and as they are. */
  async function rows(userIds: readonly UserId[]) {
    const records = await Promise.all(userIds.map(find))
    const is = {
      email: await partition(`org#${orgId}#email`),
      userName: (await partition(`org#${orgId}#username`)).map(({ sk, userId }) => ({
        sk: `${sk} ${userId}`,
      })),
      name: await partition(`org#${orgId}#name`),
      domain: (
        await Promise.all(domainsOf(records).map((one) => partition(`org#${orgId}#domain#${one}`)))
      ).flat(),
      deleted: await partition(`org#${orgId}#deleted`),
      admins: await partition(`admins#${orgId}`),
    }
    const keys = Object.fromEntries(
      Object.entries(is).map(([name, items]) => [name, keysOf(items)]),
    )
    assert.deepEqual(keys, expectedRows(records))
    const count = is.admins.find(({ sk }) => sk === 'count')?.['count'] ?? 0
    const active = records.filter(
      ({ user: { state, role } }) => state === 'active' && role === 'admin',
    )
    assert.equal(count, active.length)
    for (const { user } of records) {
      const key = directoryKeys.adminEmail(sha256(foldEmail(user.email)), orgId)
      const row = await db.read(directory, key)
      const isAdministrator = user.state === 'active' && user.role !== 'member'
      if (isAdministrator) assert.equal(row?.['userId'], user.id)
      else assert.notEqual(row?.['userId'], user.id)
    }
  }

  return {
    orgId,
    domain,
    store,
    invitations,
    configuration,
    targetOf,
    create,
    user,
    invite,
    itemOf,
    find,
    partition,
    assertRows: rows,
  }
}

export type TestHome = Awaited<ReturnType<typeof newHome>>

const domainsOf = (records: readonly UserRecord[]) => [
  ...new Set(records.map(({ user }) => user.email.split('@')[1]?.toLowerCase() ?? '')),
]

const byText = (a: string, b: string) => (a < b ? -1 : 1)

const keysOf = (items: readonly Item[]) =>
  items
    .map(({ sk }) => String(sk))
    .filter((sk) => sk !== 'count')
    .toSorted(byText)

function expectedRows(records: readonly UserRecord[]) {
  const there = records.map(({ user }) => user).filter(({ state }) => state !== 'deleted')
  const gone = records.map(({ user }) => user).filter(({ deletion }) => deletion?.from)
  const admins = there.filter(({ state, role }) => state === 'active' && role !== 'member')
  const names = there.flatMap((user) => {
    const found = searchNames(user)
    return (found.length > 0 ? found : ['']).map((name) => `${name} ${user.id}`)
  })
  return {
    email: there.map(({ email }) => foldEmail(email)).toSorted(byText),
    userName: there
      .filter(({ userName }) => userName !== undefined)
      .map(({ userName = '', id }) => `${foldUserName(userName)} ${id}`)
      .toSorted(byText),
    name: names.toSorted(byText),
    domain: there.map(({ id }) => id).toSorted(byText),
    deleted: gone.map(({ id }) => id).toSorted(byText),
    admins: admins.map(({ id }) => id).toSorted(byText),
  }
}
