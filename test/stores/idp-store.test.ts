import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoProviders, dynamoSchedule } from '#shared/aws/idp-store.ts'
import type { Owner, ProviderRecord, ProviderStore } from '#shared/idps/ports.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { newOrgId } from '#shared/ids.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { newProviderRecord } from './new-provider-record.ts'
import { now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let store: ProviderStore
before(async () => {
  db = await tables()
  store = dynamoProviders(db.directory, db.ephemeral)
})

const act = { actor: 'apikey:key_1', at: now }

async function created(changes: Partial<IdentityProvider> = {}): Promise<ProviderRecord> {
  const record = newProviderRecord(changes)
  assert.equal(await store.create(record, { act }), undefined)
  return record
}

const readIdp = ({ idp }: ProviderRecord) => db.read(db.directory, directoryKeys.idp(idp.id))
const readManagement = ({ idp }: ProviderRecord) =>
  db.read(db.directory, directoryKeys.management(idp.id))
const readCopy = (scope: string, entityId: string) =>
  db.read(db.directory, directoryKeys.issuer(issuerKey(scope, entityId)))
const countOf = async (orgId: `org_${string}`) =>
  (await db.read(db.directory, directoryKeys.idpCount(orgId)))?.['count'] ?? 0
const typeOf = (item: Item | undefined) => (item?.['evt'] as Item | undefined)?.['type']
const without = (item: Item | undefined) => {
  const { pk: _, sk: __, evt: ___, ...rest } = item ?? {}
  return rest
}

async function everythingOf(record: ProviderRecord) {
  const { idp } = record
  return [
    await readIdp(record),
    await readManagement(record),
    await readCopy('shared', idp.entityId),
    await readCopy(idp.orgId, idp.entityId),
    await db.read(db.directory, directoryKeys.listedIdp(idp.orgId, idp.id)),
    await db.read(db.directory, directoryKeys.scheduledIdp(idp.id)),
  ]
}

describe('create', () => {
  test('writes a provider, its copy, its management, its rows in the lists, and one event', async () => {
    const record = await created({ kind: 'okta' })
    const { id, orgId, entityId, name } = record.idp
    const item = await readIdp(record)
    assert.equal(typeOf(item), 'latchkey.identity-provider.created.v1')
    assert.deepEqual(without(await readCopy('shared', entityId)), without(item))
    const management = await readManagement(record)
    assert.deepEqual(without(management), {
      idpId: id,
      orgId,
      source: { kind: 'parameters' },
      managementRev: 1,
    })
    assert.equal(management?.['evt'], undefined)
    const row = await db.read(db.directory, directoryKeys.listedIdp(orgId, id))
    assert.deepEqual(without(row), { idpId: id, name, state: 'inactive', kind: 'okta', entityId })
    const due = await db.read(db.directory, directoryKeys.scheduledIdp(id))
    assert.deepEqual({ ...without(due), dueAt: 0 }, { idpId: id, orgId, dueAt: 0 })
    assert.equal(await countOf(orgId), 1)
    assert.deepEqual(await store.find(orgId, id), record)
  })

  test('refuses an entity ID that is taken, and leaves nothing behind', async () => {
    const first = await created()
    const second = newProviderRecord({ entityId: first.idp.entityId })
    assert.equal(await store.create(second, { act }), 'entity_id_taken')
    const [idp, management, , , row, due] = await everythingOf(second)
    assert.deepEqual([idp, management, row, due], [undefined, undefined, undefined, undefined])
    assert.equal(await countOf(second.idp.orgId), 0)
  })

  test('gives an entity ID to one of twenty that come at once', async () => {
    const entityId = `https://${randomUUID()}.example/metadata`
    const records = Array.from({ length: 20 }, () => newProviderRecord({ entityId }))
    const errors = await Promise.all(records.map((record) => store.create(record, { act })))
    const winners = records.filter((_, i) => errors[i] === undefined)
    assert.equal(winners.length, 1)
    assert.equal(errors.filter((error) => error === 'entity_id_taken').length, 19)
    assert.equal((await readCopy('shared', entityId))?.['idpId'], winners[0]?.idp.id)
  })

  test('stops at twenty providers of an organization, until one is removed', async () => {
    const orgId = newOrgId()
    const records = Array.from({ length: 25 }, () => newProviderRecord({ orgId }))
    const errors = await Promise.all(records.map((record) => store.create(record, { act })))
    assert.equal(errors.filter((error) => error === undefined).length, 20)
    assert.equal(errors.filter((error) => error === 'too_many_providers').length, 5)
    const [late] = records.filter((_, i) => errors[i] !== undefined)
    const [early] = records.filter((_, i) => errors[i] === undefined)
    assert.ok(late && early)
    assert.equal(await store.remove(early, act), undefined)
    assert.equal(await store.create(late, { act }), undefined)
    assert.equal(await countOf(orgId), 20)
  })

  test('refuses what was made from an organization that changed meanwhile', async () => {
    const orgId = newOrgId()
    const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
    const domain = `${randomUUID()}.example`
    await dynamoConfiguration(db.directory).createOrganization(organization, [domain], act)
    const owner = await store.findOwner(orgId)
    assert.ok(owner)
    const { products: _, ...rest } = owner
    assert.deepEqual(rest, { ...organization, domains: [domain], revision: 1 })
    const stale: Owner = { ...owner, revision: 0 }
    const record = newProviderRecord({ orgId })
    assert.equal(await store.create(record, { owner: stale, act }), 'changed_meanwhile')
    assert.equal(await store.create(record, { owner, act }), undefined)
  })

  test('keeps the answer of a call, and writes nothing for a call that was answered', async () => {
    const answered = {
      keyHash: randomUUID(),
      callHash: 'a call',
      answer: 'an answer',
      expiresAt: now + 100,
    }
    assert.equal(await store.findAnswer(answered.keyHash, now), undefined)
    assert.equal(await store.create(newProviderRecord(), { answered, act }), undefined)
    const found = await store.findAnswer(answered.keyHash, now)
    assert.equal(found?.answer, 'an answer')
    const again = newProviderRecord()
    const other = { ...answered, answer: 'another' }
    assert.equal(await store.create(again, { answered: other, act }), 'already_answered')
    assert.equal(await readIdp(again), undefined)
    assert.equal(await store.findAnswer(answered.keyHash, now + 100), undefined)
    const later = { actor: act.actor, at: now + 100 }
    assert.equal(await store.create(again, { answered: other, act: later }), undefined)
  })

  test('writes once where the first answer gets lost', async () => {
    const record = newProviderRecord()
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.equal(await store.create(record, { act }), undefined)
    assert.equal(struck.bodies.length, 2)
    assert.equal(await countOf(record.idp.orgId), 1)
  })

  test('throws where the table does not answer, and leaves nothing behind', async () => {
    const record = newProviderRecord()
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(store.create(record, { act }), { name: 'InternalFailure' })
    }
    assert.deepEqual(new Set(await everythingOf(record)), new Set([undefined]))
    assert.equal(await store.create(record, { act }), undefined)
  })
})

describe('change', () => {
  test('writes the provider and its copy alike, with the event', async () => {
    const before = await created()
    const idp = { ...before.idp, name: 'Renamed', kind: 'okta' as const }
    const changed = await store.change(before, { ...before, idp, event: 'updated' }, act)
    assert.ok(changed.ok)
    assert.deepEqual(changed.value.revisions, { idp: 2, management: 1 })
    const item = await readIdp(before)
    assert.equal(typeOf(item), 'latchkey.identity-provider.updated.v1')
    assert.equal(item?.['rev'], 2)
    assert.deepEqual(without(await readCopy('shared', idp.entityId)), without(item))
    const { rows } = await store.list(idp.orgId, { limit: 5 })
    assert.deepEqual(
      rows.map(({ name, kind }) => [name, kind]),
      [['Renamed', 'okta']],
    )
    assert.deepEqual(await store.find(idp.orgId, idp.id), changed.value)
  })

  test('takes the change of one of two admins who come at once', async () => {
    const before = await created()
    const changes = ['One', 'Two', 'Three'].map((name) =>
      store.change(before, { ...before, idp: { ...before.idp, name }, event: 'updated' }, act),
    )
    const done = await Promise.all(changes)
    assert.equal(done.filter(({ ok }) => ok).length, 1)
    const errors = done.flatMap((one) => (one.ok ? [] : [one.error]))
    assert.deepEqual(errors, ['changed_meanwhile', 'changed_meanwhile'])
    assert.equal((await readIdp(before))?.['rev'], 2)
  })

  test('lets a change of the rest and one of the provider not pass each other', async () => {
    const before = await created()
    const management = { ...before.management, refreshedAt: now }
    const done = await Promise.all([
      store.change(before, { ...before, management }, act),
      store.change(before, { ...before, idp: { ...before.idp, name: 'X' }, event: 'updated' }, act),
    ])
    assert.equal(done.filter(({ ok }) => ok).length, 1)
  })

  test('leaves the provider alone where only the rest differs', async () => {
    const before = await created()
    const item = await readIdp(before)
    const management = { ...before.management, refreshedAt: now, visitedAt: now }
    const changed = await store.change(before, { ...before, management }, act)
    assert.deepEqual(changed.ok && changed.value.revisions, { idp: 1, management: 2 })
    assert.deepEqual(await readIdp(before), item)
    const stored = await readManagement(before)
    assert.equal(stored?.['managementRev'], 2)
    assert.equal(stored['evt'], undefined)
    const due = await db.read(db.directory, directoryKeys.scheduledIdp(before.idp.id))
    assert.equal(due?.['dueAt'], now + 24 * 3600)
  })

  test('tells of what an admin should know, beside the provider', async () => {
    const before = await created()
    const notice = { what: 'metadata-parked', differences: [{ what: 'entityId' }] } as const
    const changed = await store.change(before, { ...before, notice }, act)
    assert.ok(changed.ok)
    const stored = await readManagement(before)
    assert.equal(typeOf(stored), 'latchkey.identity-provider.metadata-parked.v1')
    assert.deepEqual(stored?.['differences'], [{ what: 'entityId' }])
    const found = await store.find(before.idp.orgId, before.idp.id)
    assert.deepEqual(found?.management, before.management)
  })

  test('keeps a copy for each of our identifiers that the provider may use', async () => {
    const before = await created()
    const { orgId, entityId } = before.idp
    const knownAs = { publicUrl: 'https://signin.example', identifiers: 'shared' } as const
    const switched = { ...before.idp, identifiers: 'organization', knownAs } as const
    const both = await store.change(before, { ...before, idp: switched, event: 'updated' }, act)
    assert.ok(both.ok)
    const item = without(await readIdp(before))
    assert.deepEqual(without(await readCopy('shared', entityId)), item)
    assert.deepEqual(without(await readCopy(orgId, entityId)), item)

    const told = { ...switched, knownAs: { ...knownAs, identifiers: 'organization' as const } }
    const after = await store.change(
      both.value,
      { ...both.value, idp: told, event: 'updated' },
      act,
    )
    assert.ok(after.ok)
    assert.equal(await readCopy('shared', entityId), undefined)
    assert.deepEqual(without(await readCopy(orgId, entityId)), without(await readIdp(before)))
    await created({ entityId }) // the shared identifiers are free for another one
  })

  test('refuses an entity ID that another provider has, and changes nothing', async () => {
    const [first, second] = [await created(), await created()]
    const idp = { ...second.idp, entityId: first.idp.entityId }
    const changed = await store.change(second, { ...second, idp, event: 'updated' }, act)
    assert.deepEqual(changed, { ok: false, error: 'entity_id_taken' })
    assert.deepEqual(await store.find(second.idp.orgId, second.idp.id), second)
    assert.equal((await readCopy('shared', first.idp.entityId))?.['idpId'], first.idp.id)
  })

  test('moves the copy to another entity ID', async () => {
    const before = await created()
    const entityId = `https://${randomUUID()}.example/metadata`
    const idp = { ...before.idp, entityId }
    assert.ok((await store.change(before, { ...before, idp, event: 'updated' }, act)).ok)
    assert.equal(await readCopy('shared', before.idp.entityId), undefined)
    assert.equal((await readCopy('shared', entityId))?.['idpId'], idp.id)
  })

  test('writes once where the first answer gets lost', async () => {
    const before = await created()
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    const idp = { ...before.idp, name: 'Again' }
    const changed = await store.change(before, { ...before, idp, event: 'updated' }, act)
    assert.deepEqual(changed.ok && changed.value.revisions.idp, 2)
    assert.equal(struck.bodies.length, 2)
  })
})

describe('remove', () => {
  test('leaves a tombstone with the event, and no key or copy', async () => {
    const record = await created()
    assert.equal(await store.remove(record, act), undefined)
    const [stone, ...others] = await everythingOf(record)
    assert.deepEqual(new Set(others), new Set([undefined]))
    assert.equal(typeOf(stone), 'latchkey.identity-provider.removed.v1')
    assert.equal(stone?.['state'], 'removed')
    assert.deepEqual(stone['signingKeys'], [])
    assert.equal(stone['expiresAt'], now + 30 * 24 * 3600)
    assert.equal(stone['rev'], 2)
    assert.equal(await store.find(record.idp.orgId, record.idp.id), undefined)
    assert.equal(await countOf(record.idp.orgId), 0)
    await created({ entityId: record.idp.entityId })
  })

  test('refuses what was changed meanwhile', async () => {
    const before = await created()
    const idp = { ...before.idp, name: 'Renamed' }
    assert.ok((await store.change(before, { ...before, idp, event: 'updated' }, act)).ok)
    assert.equal(await store.remove(before, act), 'changed_meanwhile')
    assert.ok(await store.find(idp.orgId, idp.id))
  })

  test('happens once, and nothing is changed behind it', async () => {
    const record = await created()
    const removed = await Promise.all([1, 2, 3].map(() => store.remove(record, act)))
    assert.equal(removed.filter((error) => error === undefined).length, 1)
    const idp = { ...record.idp, name: 'Back' }
    const changed = await store.change(record, { ...record, idp, event: 'updated' }, act)
    assert.deepEqual(changed, { ok: false, error: 'changed_meanwhile' })
    assert.equal(await readCopy('shared', idp.entityId), undefined)
    assert.equal(await countOf(record.idp.orgId), 0)
  })
})

describe('find', () => {
  test('answers nothing to another organization', async () => {
    const record = await created()
    assert.equal(await store.find(newOrgId(), record.idp.id), undefined)
  })
})

describe('list', () => {
  test('answers in pages, each provider once, without another organization', async () => {
    const orgId = newOrgId()
    const records = await Promise.all([1, 2, 3, 4, 5].map(() => created({ orgId })))
    await created()
    const ids: string[] = []
    let after: string | undefined
    do {
      const page = await store.list(orgId, { limit: 2, ...(after && { after }) })
      ids.push(...page.rows.map(({ id }) => id))
      after = page.next
    } while (after)
    assert.deepEqual(ids, records.map(({ idp }) => idp.id).toSorted())
  })
})

describe('listDue', () => {
  test('answers what is due, the longest first', async () => {
    const schedule = dynamoSchedule(db.directory)
    const [early, late] = [await created(), await created()]
    for (const [record, visitedAt] of [
      [late, now],
      [early, now - 10],
    ] as const) {
      const management = { ...record.management, visitedAt }
      assert.ok((await store.change(record, { ...record, management }, act)).ok)
    }
    const isOurs = ({ id }: { id: string }) => [early.idp.id, late.idp.id].includes(id as never)
    const day = 24 * 3600
    assert.deepEqual((await schedule.listDue(now + day - 11)).filter(isOurs), [])
    assert.deepEqual((await schedule.listDue(now + day)).filter(isOurs), [
      { id: early.idp.id, orgId: early.idp.orgId, dueAt: now + day - 10 },
      { id: late.idp.id, orgId: late.idp.orgId, dueAt: now + day },
    ])
  })
})
