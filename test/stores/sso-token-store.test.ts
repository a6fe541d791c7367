import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { ssoTokenItem, ssoTokenOf } from '#shared/aws/sso-token-item.ts'
import { dynamoSsoTokens } from '#shared/aws/sso-token-store.ts'
import { dynamoSsoTokenSchedule } from '#shared/aws/sso-token-watch.ts'
import { newOrgId, type OrgId } from '#shared/ids.ts'
import type { SsoToken } from '#shared/portals/types.ts'
import { createTenant } from '#test/flows/create-tenant.ts'
import { newSsoToken } from './new-sso-token.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

/** TTL takes what has expired: this is far away. */
const now = 4_102_444_800
const act = { actor: 'apikey:key_1', at: now }

let db: Tables
let store: ReturnType<typeof dynamoSsoTokens>
before(async () => {
  db = await tables()
  store = dynamoSsoTokens(db.directory)
})

async function newHome(): Promise<OrgId> {
  const id = newOrgId()
  const organization = { id, name: 'Acme', defaultProduct: 'meetings' }
  await dynamoConfiguration(db.directory).createOrganization(organization, [], act)
  return id
}

async function created(changes: Partial<SsoToken> = {}) {
  const orgId = await newHome()
  const made = newSsoToken({ createdAt: now, ...changes }, orgId)
  assert.equal(await store.create(made.token, act), undefined)
  const { id } = made.token
  return {
    ...made,
    item: () => db.read(db.directory, directoryKeys.ssoToken(orgId, id)),
    row: () => db.read(db.directory, directoryKeys.scheduledSsoToken(id)),
  }
}

describe('ssoTokenOf', () => {
  const { token } = newSsoToken()
  const full: SsoToken = {
    ...token,
    ...{ host: 'meet.acme.example', expiresAt: now, lastUsedAt: now - 1 },
    alerts: { replay: 1, other_host: 2, odd_ratio: 3, every_page: 4 },
  }

  test('reads what was stored, whether all is there or only what must be', () => {
    assert.deepEqual(ssoTokenOf(ssoTokenItem(full)), full)
    assert.deepEqual(ssoTokenOf(ssoTokenItem(token)), token)
  })

  test('is not there where there is nothing, or another item', () => {
    assert.equal(ssoTokenOf(undefined), undefined)
    assert.equal(ssoTokenOf({ orgId: token.orgId }), undefined)
  })

  test('keeps it beyond its end as long as its receipts', () => {
    const { expiresAt } = ssoTokenItem(full) as { expiresAt?: number }
    assert.equal(expiresAt, now + 30 * 24 * 3600)
    assert.equal('expiresAt' in ssoTokenItem(token), false)
  })
})

describe('dynamoSsoTokens', () => {
  test('finds and lists what was made, and keeps no secret', async () => {
    const { token, text, item } = await created({ host: 'meet.acme.example', expiresAt: now + 9 })
    assert.deepEqual(await store.find(token.orgId, token.id), token)
    assert.deepEqual(await store.list(token.orgId), [token])
    assert.ok(!JSON.stringify(await item()).includes(text.slice(-43)))
    assert.equal(await store.find(newOrgId(), token.id), undefined)
    assert.deepEqual(await store.list(newOrgId()), [])
  })

  test('tells of a new one, and puts it into the schedule until its end', async () => {
    const { token, item, row } = await created({ expiresAt: now + 9 })
    const { evt } = (await item()) ?? assert.fail('it is not stored')
    const { type, actor } = evt as Record<string, string>
    assert.deepEqual([type, actor], ['latchkey.sso-token.created.v1', act.actor])
    const { id: ssoTokenId, orgId } = token
    const { pk: _, sk: __, ...scheduled } = (await row()) ?? {}
    assert.deepEqual(scheduled, { ssoTokenId, orgId, dueAt: now + 3000, expiresAt: now + 9 })
  })

  test('makes none for an organization that is not there, comes or goes', async () => {
    const { token } = newSsoToken()
    assert.equal(await store.create(token, act), 'organization_unknown')
    const orgId = await newHome()
    const key = directoryKeys.organization(orgId)
    await db.put(db.directory, { ...key, orgId, name: 'Acme', state: 'deleting' })
    assert.equal(await store.create(newSsoToken({}, orgId).token, act), 'organization_unknown')
    assert.deepEqual(await store.list(orgId), [])
  })

  test('makes the token and its place in the schedule, or none of it', async () => {
    const { token } = newSsoToken({}, await newHome())
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(store.create(token, act), { name: 'InternalFailure' })
    }
    assert.equal(await store.find(token.orgId, token.id), undefined)
    assert.equal(await store.create(token, act), undefined)
    await assert.rejects(store.create(token, act), /a write without a condition failed/)
  })

  test('removes one once, and leaves its tombstone without the hash', async () => {
    const { token, item, row } = await created()
    const { orgId, id } = token
    assert.equal(await store.remove(newOrgId(), id, act), false)
    const removed = await Promise.all([1, 2, 3].map(() => store.remove(orgId, id, act)))
    assert.equal(removed.filter(Boolean).length, 1)
    const stone = await item()
    assert.equal(stone?.['secretHash'], undefined)
    assert.equal(stone?.['expiresAt'], now + 30 * 24 * 3600)
    assert.equal((stone['evt'] as Record<string, string>)['type'], 'latchkey.sso-token.removed.v1')
    assert.deepEqual(await store.find(orgId, id), { ...token, secretHash: '', removedAt: now })
    assert.equal(await row(), undefined)
  })

  test('does not remove what has expired', async () => {
    const { token } = await created({ expiresAt: now + 9 })
    const at = (time: number) => store.remove(token.orgId, token.id, { ...act, at: time })
    assert.equal(await at(now + 9), false)
    assert.equal(await at(now + 8), true)
  })

  test('finds what there is that a new one can be for', async () => {
    const orgId = await newHome()
    await createTenant(db.stack) // and with it the vendor's products
    const choice = await store.findChoice(orgId)
    assert.equal(choice?.organization.defaultProduct, 'meetings')
    assert.ok(choice.products.has('meetings'))
    assert.equal(await store.findChoice(newOrgId()), undefined)
  })
})

describe('dynamoSsoTokenSchedule', () => {
  test('lists what is due, and says when it is due next, unless somebody else has', async () => {
    const { token, row } = await created()
    const schedule = dynamoSsoTokenSchedule(db.directory)
    const dueOf = async (at: number) =>
      (await schedule.listDue(at)).find(({ ssoTokenId }) => ssoTokenId === token.id)
    assert.equal(await dueOf(now + 2999), undefined)
    const due = (await dueOf(now + 3000)) ?? assert.fail('not due')
    await schedule.postpone(due, now + 6000)
    assert.equal((await row())?.['dueAt'], now + 6000)
    await schedule.postpone(due, now + 9000)
    assert.equal((await row())?.['dueAt'], now + 6000)
  })

  test('puts nothing back that was removed', async () => {
    const { token, row } = await created()
    const { id: ssoTokenId, orgId } = token
    assert.ok(await store.remove(orgId, ssoTokenId, act))
    const schedule = dynamoSsoTokenSchedule(db.directory)
    await schedule.postpone({ ssoTokenId, orgId, dueAt: now + 3000 }, now + 6000)
    assert.equal(await row(), undefined)
  })
})
