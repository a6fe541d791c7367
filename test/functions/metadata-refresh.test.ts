import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Context } from 'aws-lambda'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoProviders, dynamoSchedule } from '#shared/aws/idp-store.ts'
import type { VisitPorts } from '#shared/idps/visit-provider.ts'
import { fail } from '#shared/result.ts'
import { newProviderRecord } from '#test/stores/new-provider-record.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/metadata-refresh/handler.ts')
type Handler = Awaited<ReturnType<typeof importHandler>>

const remaining = (...milliseconds: number[]) => ({
  getRemainingTimeInMillis: () => milliseconds.shift() ?? 0,
})
const source = { kind: 'url', url: 'https://idp.example/metadata' } as const
const nowMs = 4_102_444_800_500

describe('metadata-refresh', () => {
  let handler: Handler['handler']
  let refreshProviders: Handler['refreshProviders']
  let db: Tables
  before(async () => {
    await environmentOf('metadata-refresh')
    ;({ handler, refreshProviders } = await importHandler())
    db = await tables()
  })

  /** Providers that are due before all others, in this order. */
  async function due(count: number) {
    const store = dynamoProviders(db.directory, db.ephemeral)
    const records = Array.from({ length: count }, () => newProviderRecord({}, { source }))
    for (const [index, record] of records.entries()) {
      assert.equal(await store.create(record, { act: { actor: 'test', at: 1 } }), undefined)
      const { id: idpId, orgId } = record.idp
      const item = { ...directoryKeys.scheduledIdp(idpId), idpId, orgId, dueAt: index - 1000 }
      await db.put(db.directory, item)
    }
    return records
  }

  /** Ports that read from nowhere, and only visit these. */
  function portsFor(records: Awaited<ReturnType<typeof due>>): VisitPorts & { asked: string[] } {
    const store = dynamoSchedule(db.directory)
    const ids = new Set<string>(records.map(({ idp }) => idp.id))
    const asked: string[] = []
    return {
      asked,
      fetchDocument: async () => fail({ cause: 'unreachable' }),
      store: {
        ...store,
        listDue: async (now) => (await store.listDue(now)).filter(({ id }) => ids.has(id)),
        find(orgId, idpId) {
          asked.push(idpId)
          return store.find(orgId, idpId)
        },
      },
    }
  }

  test('says how many it has visited', async (t) => {
    const run = (event: unknown) => handler(event, { getRemainingTimeInMillis: () => 0 } as Context)
    const { lines } = await invoke(t, run, eventOf<unknown>('metadata-refresh'))
    assert.match(lines.at(-1) ?? '', /"providers_visited".*"visited":0/)
  })

  test('stops when there is no time left; the next run goes on where it stopped', async (t) => {
    const records = await due(9)
    const ports = portsFor(records)
    const run = refreshProviders(ports, () => nowMs)
    // Five workers ask once each; two of them get a second visit.
    const short = remaining(60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000)
    t.mock.method(console, 'info', () => {})
    t.mock.method(console, 'warn', () => {})
    await run({}, short)
    const first = [...ports.asked]
    await run({}, { getRemainingTimeInMillis: () => 60_000 })
    const ids = records.map(({ idp }) => idp.id)
    assert.deepEqual(new Set(ports.asked), new Set(ids))
    assert.equal(ports.asked.length, 9)
    assert.deepEqual(new Set(first), new Set(ids.slice(0, 7)))
    for (const { idp } of records) {
      const found = await ports.store.find(idp.orgId, idp.id)
      assert.equal(found?.management.refreshCause, 'unreachable')
    }
  })

  test('goes on where the visit of one provider breaks off, and fails at the end', async (t) => {
    t.mock.method(console, 'info', () => {})
    t.mock.method(console, 'warn', () => {})
    const errors = t.mock.method(console, 'error', () => {})
    const records = await due(6)
    const ports = portsFor(records)
    const { find } = ports.store
    const broken = records[2]?.idp.id
    ports.store.find = (orgId, idpId) =>
      idpId === broken ? Promise.reject(new Error('no answer')) : find(orgId, idpId)
    const run = refreshProviders(ports, () => nowMs)
    await assert.rejects(run({}, { getRemainingTimeInMillis: () => 60_000 }), /1 of 6 visits/)
    assert.equal(errors.mock.callCount(), 1)
    assert.equal(ports.asked.length, 5)
  })
})
