import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoDomains, dynamoRechecks } from '#shared/aws/domain-store.ts'
import type { RecheckPorts } from '#shared/domains/recheck-domain.ts'
import { newOrgId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import { strike } from '#test/stores/strike.ts'
import { type Item, type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/domains-recheck/handler.ts')
type Handler = Awaited<ReturnType<typeof importHandler>>

const now = 4_102_444_800
const DAY = 24 * 3600
const partOf = (item: Item | undefined, name: string) => (item?.[name] ?? {}) as Item
const enough = { getRemainingTimeInMillis: () => 60_000 }

describe('domains-recheck', () => {
  let handler: Handler['handler']
  let recheck: Handler['recheck']
  let db: Tables
  before(async () => {
    await environmentOf('domains-recheck')
    ;({ handler, recheck } = await importHandler())
    db = await tables()
  })

  /** Domains of one organization that are proved by DNS and due since yesterday. */
  async function verifiedDomains(count: number) {
    const orgId = newOrgId()
    const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
    const domains = Array.from({ length: count }, () => `${randomUUID()}.example`)
    const act = { actor: 'test', at: now - DAY }
    await dynamoConfiguration(db.directory).createOrganization(organization, domains, act)
    const store = dynamoDomains(db.directory, db.ephemeral)
    for (const domain of domains) {
      const claim = await store.find(orgId, domain)
      assert.ok(claim)
      await store.change(claim, { claim: { ...claim, method: 'dns' } }, act)
    }
    const claimOf = (domain: string) => store.find(orgId, domain)
    const codes = new Map<string, string>()
    for (const domain of domains) codes.set(domain, (await claimOf(domain))?.code ?? '')
    return { orgId, domains, codes, claimOf }
  }

  /** Looks at these domains alone, with what DNS has; no web server has anything. */
  function portsFor(domains: readonly string[], txt: ReadonlyMap<string, string>) {
    const store = dynamoRechecks(db.directory)
    const asked: string[] = []
    const ports: RecheckPorts = {
      store: {
        ...store,
        listDue: async (at) =>
          (await store.listDue(at)).filter(({ domain }) => domains.includes(domain)),
      },
      async resolveTxt(name) {
        if (domains.includes(name)) asked.push(name)
        const found = txt.get(name)
        if (found === 'timeout') return fail('timeout')
        return ok(found === undefined ? [] : [[`latchkey-verification=${found}`]])
      },
      fetchDocument: async () => fail({ cause: 'unreachable', got: 'ECONNREFUSED' }),
    }
    return { ports, asked }
  }

  const readClaim = (orgId: `org_${string}`, domain: string) =>
    db.read(db.directory, directoryKeys.claim(orgId, domain))
  const dueAt = async (domain: string) =>
    (await db.read(db.directory, directoryKeys.scheduledDomain(domain)))?.['dueAt']
  const quiet = (t: { mock: { method: typeof import('node:test').mock.method } }) =>
    t.mock.method(console, 'info', () => {})

  test('says how many it has looked at', async (t) => {
    const run = (event: unknown) => handler(event, { getRemainingTimeInMillis: () => 0 } as Context)
    const { lines } = await invoke(t, run, eventOf<unknown>('domains-recheck'))
    assert.match(lines.at(-1) ?? '', /"domains_rechecked".*"visited":0/)
  })

  test('takes a domain from missing to lapsed in a fortnight, and tells it in time', async (t) => {
    quiet(t)
    const { orgId, domains, claimOf } = await verifiedDomains(1)
    const [domain = ''] = domains
    const { ports } = portsFor(domains, new Map())
    const told: [number, unknown, unknown][] = []
    let last: unknown
    for (let day = 0; day <= 15; day++) {
      await recheck(ports, () => (now + day * DAY) * 1000)(undefined, enough)
      const item = await readClaim(orgId, domain)
      const { id, type } = partOf(item, 'evt')
      if (id !== last) told.push([day, type, partOf(item, 'mail')['kind']])
      last = id
    }
    assert.deepEqual(told, [
      [0, 'latchkey.domain.record-missing.v1', 'domain-missing'],
      [7, 'latchkey.domain.record-missing.v1', 'domain-missing'],
      [13, 'latchkey.domain.record-missing.v1', 'domain-missing'],
      [14, 'latchkey.domain.lapsed.v1', 'domain-lapsed'],
    ])
    assert.equal((await claimOf(domain))?.state, 'lapsed')
    assert.equal(await db.read(db.directory, directoryKeys.domain(domain)), undefined)
    assert.equal(await dueAt(domain), undefined)
  })

  test('changes no claim whose record is there, and none that it could not ask for', async (t) => {
    quiet(t)
    const { orgId, domains, codes } = await verifiedDomains(2)
    const [there = '', unknown = ''] = domains
    const before = [await readClaim(orgId, there), await readClaim(orgId, unknown)]
    const { ports } = portsFor(domains, new Map([...codes, [unknown, 'timeout']]))
    await recheck(ports, () => now * 1000)(undefined, enough)
    assert.deepEqual([await readClaim(orgId, there), await readClaim(orgId, unknown)], before)
    assert.deepEqual([await dueAt(there), await dueAt(unknown)], [now + DAY, now + 3600])
  })

  test('stops when there is no time left; the next run goes on where it stopped', async (t) => {
    quiet(t)
    const { domains, codes } = await verifiedDomains(15)
    const { ports, asked } = portsFor(domains, codes)
    let left = 12
    const short = { getRemainingTimeInMillis: () => (left-- > 0 ? 60_000 : 0) }
    const run = recheck(ports, () => now * 1000)
    await run(undefined, short)
    assert.equal(asked.length, 12)
    await run(undefined, enough)
    assert.deepEqual(new Set(asked), new Set(domains))
    assert.equal(asked.length, 15)
  })

  test('loses and doubles nothing where a write fails, before or after its effect', async (t) => {
    quiet(t)
    t.mock.method(console, 'error', () => {})
    for (const fault of ['fail-before', 'fail-after'] as const) {
      for (const operation of ['TransactWriteItems', 'UpdateItem']) {
        const { orgId, domains, claimOf } = await verifiedDomains(1)
        const [domain = ''] = domains
        const { ports } = portsFor(domains, new Map())
        const run = recheck(ports, () => now * 1000)
        {
          using _ = strike(db.stack, operation, { fault })
          await assert.rejects(run(undefined, enough), /1 of 1 visits/)
        }
        await run(undefined, enough)
        const claim = await claimOf(domain)
        assert.deepEqual([claim?.missingSince, claim?.warnedDays, claim?.rev], [now, 14, 3])
        assert.equal(await dueAt(domain), now + DAY)
        const mail = partOf(await readClaim(orgId, domain), 'mail')
        assert.equal(mail['kind'], 'domain-missing')
      }
    }
  })
})
