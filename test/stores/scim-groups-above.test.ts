import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { readGroupsAbove } from '#shared/aws/scim-groups-above.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import type { GroupId } from '#shared/ids.ts'
import { intercept } from './intercept.ts'
import { newDirectory, provision } from './new-directory.ts'
import { newHome } from './new-people.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

/** A user whom a directory provisions. */
async function newPerson() {
  const home = await newHome(db)
  const directory = await newDirectory(db, home.orgId)
  const { user } = await home.user()
  const scimUserId = await directory.scimUser({ userName: 'ada' }, { personId: user.id })
  await provision(db, home, { directory: directory.id, personId: user.id, scimUserId })
  const groups = async () => {
    const person = { orgId: home.orgId, userId: user.id }
    const state = await dynamoPeople(db.directory).find(person, new Set())
    return state?.groups ?? assert.fail('nobody')
  }
  return { home, directory, user, scimUserId, groups }
}

describe('groups of somebody whom a directory provisions', () => {
  test('are named by displayName, externalId and id, also those that their groups are in', async () => {
    const { directory, scimUserId, groups } = await newPerson()
    assert.deepEqual(await groups(), [{ directoryId: directory.id, names: [] }])
    const crew = await directory.group({ displayName: 'Crew', externalId: 'x-1' }, [scimUserId])
    const staff = await directory.group({ displayName: 'Staff' }, [crew])
    await directory.group({ displayName: 'Others' }, [])
    const names = ['Crew', 'x-1', crew, 'Staff', staff]
    assert.deepEqual(await groups(), [{ directoryId: directory.id, names }])
    await directory.leave(staff, crew)
    assert.deepEqual(await groups(), [{ directoryId: directory.id, names: ['Crew', 'x-1', crew] }])
  })

  test('do not count where they have gone, although a row may still say so', async () => {
    const { directory, scimUserId, groups } = await newPerson()
    const crew = await directory.group({ displayName: 'Crew' }, [scimUserId])
    await directory.group({ displayName: 'Staff' }, [crew])
    const key = scimKeys.group(directory.id, crew)
    const item = { ...(await db.read(db.directory, key)), ...key, deletedAt: 1 }
    await db.put(db.directory, item)
    assert.deepEqual(await groups(), [{ directoryId: directory.id, names: [] }])
  })

  test('may be in each other in circles', async () => {
    const { directory, scimUserId } = await newPerson()
    const one = await directory.group({ displayName: 'One' }, [scimUserId])
    const other = await directory.group({ displayName: 'Other' }, [one])
    await directory.enter(one, other)
    const above = await readGroupsAbove(db.directory, directory.id, scimUserId)
    assert.deepEqual(
      above.map(({ id }) => id),
      [one, other],
    )
  })

  test('are followed through ten others, and not further', async () => {
    const { directory, scimUserId } = await newPerson()
    let below: GroupId | undefined
    for (let depth = 1; depth <= 12; depth++) {
      below = await directory.group({ displayName: `${depth}` }, [below ?? scimUserId])
    }
    const above = await readGroupsAbove(db.directory, directory.id, scimUserId)
    assert.equal(above.at(-1)?.document['displayName'], '10')
  })

  test('cost nobody anything whom no directory provisions', async () => {
    const home = await newHome(db)
    const { user } = await home.user()
    using queries = intercept('QueryCommand', (_, pass) => pass())
    using reads = intercept('BatchGetItemCommand', (_, pass) => pass())
    await dynamoPeople(db.directory).find({ orgId: home.orgId, userId: user.id }, new Set())
    assert.deepEqual([queries.calls(), reads.calls()], [2, 1])
  })
})
