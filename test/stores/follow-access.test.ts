import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { groupReads } from '#shared/aws/scim-following-reads.ts'
import type { EventType } from '#shared/events/catalogue.ts'
import type { UserId } from '#shared/ids.ts'
import { followRules } from '#shared/products/follow-rules.ts'
import type { Rule } from '#shared/products/rules.ts'
import { type FollowPorts, followAccess } from '#shared/scim/following/follow-access.ts'
import { workOf } from '#shared/scim/following/work.ts'
import { rule } from '#test/shared/products/example.ts'
import { act, houseOf } from './new-account.ts'
import { newDirectory, provision } from './new-directory.ts'
import { newHome } from './new-people.ts'
import { newAct, newScimDirectory } from './new-scim-directory.ts'
import { nowMs } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const inTime = { nowMs, isLate: () => false }

/** An organization with a directory, an account with seats and rules for its groups. */
async function newCompany(seats = 5) {
  const home = await newHome(db)
  const { orgId } = home
  const directory = await newDirectory(db, orgId)
  const house = houseOf(db, orgId)
  const account = await house.account({ seats: { meetings: seats } })
  const rules = dynamoRules(db.directory)
  const ports: FollowPorts = {
    ...{ rules, access: house.access, people: dynamoPeople(db.directory) },
    groups: groupReads(db.directory),
    goOn: () => Promise.reject(new Error('there is time')),
  }

  const gives = (...groups: readonly string[]): Rule[] =>
    groups.map((group, index) =>
      rule(index + 1, group, { grants: [{ account: account.id, product: 'meetings' }] }),
    )
  async function useRules(...groups: readonly string[]) {
    const { rev } = await rules.find(orgId)
    const by = { actor: 'test', at: 1 }
    assert.equal(await rules.save(orgId, { rules: gives(...groups), before: rev }, by), undefined)
  }

  async function person(): Promise<UserId> {
    const { user } = await home.user()
    const link = { directory: directory.id, personId: user.id, scimUserId: user.id }
    await directory.scimUser({ userName: user.email }, { id: user.id, personId: user.id })
    await provision(db, home, link)
    return user.id
  }

  const hasSeat = async (userId: UserId) => {
    const key = directoryKeys.access(orgId, userId, account.id, 'meetings')
    return (await db.read(db.directory, key))?.['state'] === 'granted'
  }
  return { home, orgId, directory, ports, useRules, person, hasSeat }
}

const actor = 'scim:sct_1'

describe('access', () => {
  test('follows who comes into a group and who leaves it, late and twice', async () => {
    const { directory, ports, useRules, person, hasSeat } = await newCompany()
    await useRules('Crew')
    const userId = await person()
    const crew = await directory.group({ displayName: 'Crew' })
    const work = {
      ...({ kind: 'member', directoryId: directory.id, actor } as const),
      ...{ groupId: crew, scimUserId: userId },
    }
    await directory.enter(crew, userId)
    for (const _ of [1, 2]) await followAccess(ports, work, inTime)
    assert.equal(await hasSeat(userId), true)
    await directory.leave(crew, userId)
    for (const _ of [1, 2]) await followAccess(ports, work, inTime)
    assert.equal(await hasSeat(userId), false)
  })

  test('follows all in a group that comes into another one, or is called otherwise', async () => {
    const { directory, ports, useRules, person, hasSeat } = await newCompany()
    await useRules('Staff')
    const people = await Promise.all([1, 2, 3].map(person))
    const crew = await directory.group({ displayName: 'Crew' }, people)
    const team = await directory.group({ displayName: 'Team' }, [crew])
    const work = {
      ...({ kind: 'group', directoryId: directory.id, actor } as const),
      ...{ pending: [team], seen: [team] },
    }
    const staff = await directory.group({ displayName: 'Staff' }, [team])
    await followAccess(ports, work, inTime)
    assert.deepEqual(await Promise.all(people.map(hasSeat)), [true, true, true])
    await directory.leave(staff, team)
    await followAccess(ports, work, inTime)
    assert.deepEqual(await Promise.all(people.map(hasSeat)), [false, false, false])
  })

  test('follows all who were in a group that has been deleted', async () => {
    const { directory, ports, useRules, person, hasSeat } = await newCompany()
    await useRules('Crew')
    const people = await Promise.all([1, 2, 3].map(person))
    const [first = assert.fail(), ...others] = people
    const team = await directory.group({ displayName: 'Team' }, others)
    const { store: groups, groupNamed } = newScimDirectory(db, directory.id)
    const members = [
      { id: first, type: 'User' },
      { id: team, type: 'Group' },
    ] as const
    const made = await groups.create(groupNamed('Crew'), members, newAct())
    assert.ok(made.ok)
    const crew = made.value.group
    const of = { groupId: crew.id, directoryId: directory.id, actor }
    const follow = (type: EventType) =>
      followAccess(ports, workOf({ type, data: of }) ?? assert.fail(type), inTime)
    await follow('latchkey.group.updated.v1')
    assert.deepEqual(await Promise.all(people.map(hasSeat)), [true, true, true])
    assert.equal(await groups.remove(crew, {}, newAct()), undefined)
    for (const _ of [1, 2]) await follow('latchkey.group.deleted.v1')
    assert.deepEqual(await Promise.all(people.map(hasSeat)), [false, false, false])
  })

  test('is that of a person whom a directory has let go', async () => {
    const { home, directory, ports, orgId, useRules, person, hasSeat } = await newCompany()
    await useRules('Crew')
    const userId = await person()
    await directory.group({ displayName: 'Crew' }, [userId])
    const work = { kind: 'person', orgId, userId, actor } as const
    await followAccess(ports, work, inTime)
    assert.equal(await hasSeat(userId), true)
    const [link] = await home.store.findDirectories(orgId, userId)
    const record = await home.find(userId)
    const parted = await home.store.part(record, link ?? assert.fail(), { actor: 'test', at: 1 })
    assert.ok(parted.ok)
    await followAccess(ports, work, inTime)
    assert.equal(await hasSeat(userId), false)
  })

  test('is right in the end where a membership changes while it is followed', async () => {
    const { directory, ports, orgId, useRules, person, hasSeat } = await newCompany()
    await useRules('Crew')
    const userId = await person()
    const crew = await directory.group({ displayName: 'Crew' }, [userId])
    await followRules(ports, { orgId, userId }, act)
    await directory.leave(crew, userId)
    let isBack = false
    const { people } = ports
    const overtaken: FollowPorts = {
      ...ports,
      people: {
        ...people,
        async find(...args) {
          const state = await people.find(...args)
          if (!isBack) {
            // Back between the look and the act: whoever follows that finds the seat there.
            await directory.enter(crew, userId)
            await followRules(ports, { orgId, userId }, act)
            isBack = true
          }
          return state
        },
      },
    }
    await followRules(overtaken, { orgId, userId }, act)
    assert.equal(await hasSeat(userId), true)
  })

  test('is nobody’s who is not active', async () => {
    const { home, directory, ports, orgId, useRules, person, hasSeat } = await newCompany()
    await useRules('Crew')
    const userId = await person()
    const key = directoryKeys.user(orgId, userId)
    await db.put(db.directory, { ...(await home.itemOf(userId)), ...key, state: 'suspended' })
    // Not before: the functions of the stack follow that somebody is provisioned, too.
    await directory.group({ displayName: 'Crew' }, [userId])
    await followAccess(ports, { kind: 'person', orgId, userId, actor }, inTime)
    assert.equal(await hasSeat(userId), false)
  })
})
