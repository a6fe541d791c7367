import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GRACE_DAYS, planRecheck } from '#shared/domains/plan-recheck.ts'
import type { DueDomain } from '#shared/domains/ports.ts'
import { type RecheckPorts, recheckDomain } from '#shared/domains/recheck-domain.ts'
import { recheckDomains } from '#shared/domains/recheck-domains.ts'
import type { DnsFinding, DomainClaim, FileFinding } from '#shared/domains/types.ts'
import type { ResolveTxt } from '#shared/net/ports.ts'
import { fail, ok } from '#shared/result.ts'
import { act, DAY, now, pending, storeOf, value, verified } from './claims.ts'

const found = { outcome: 'found' } as const
const nothing = { outcome: 'nothing_there' } as const
const timeout = { outcome: 'could_not_ask', cause: 'timeout' } as const
const other = { outcome: 'other_value', got: ['x'] } as const
const doubled = { outcome: 'doubled_suffix', where: 'acme.example.acme.example' } as const
const redirected = { outcome: 'redirected', where: 'www.acme.example' } as const
const forbidden = { outcome: 'address_forbidden' } as const

const plan = (claim: DomainClaim, dns: DnsFinding, file: FileFinding, at = now) =>
  planRecheck(claim, { at, dns, file })

describe('planRecheck', () => {
  const verdicts = [
    ['dns', found, nothing, 'there'],
    ['dns', found, timeout, 'there'],
    ['dns', nothing, found, 'there'],
    ['dns', timeout, found, 'there'],
    ['dns', nothing, nothing, 'gone'],
    ['dns', other, timeout, 'gone'],
    ['dns', doubled, timeout, 'gone'],
    ['dns', timeout, nothing, 'unknown'],
    ['dns', timeout, timeout, 'unknown'],
    ['file', nothing, found, 'there'],
    ['file', found, timeout, 'there'],
    ['file', nothing, nothing, 'gone'],
    ['file', nothing, other, 'gone'],
    ['file', nothing, redirected, 'gone'],
    ['file', nothing, forbidden, 'gone'],
    ['file', nothing, timeout, 'unknown'],
    ['file', timeout, nothing, 'unknown'],
    ['operator', nothing, nothing, 'vouched'],
    ['operator', timeout, timeout, 'vouched'],
    ['operator', nothing, found, 'there'],
  ] as const
  for (const [method, dns, file, verdict] of verdicts) {
    test(`says ${verdict} of a proof by ${method}: DNS ${dns.outcome}, file ${file.outcome}`, () => {
      assert.equal(plan(verified({ method }), dns, file).verdict, verdict)
    })
  }

  test('begins nothing for a domain that an operator vouches for, until it has a proof', () => {
    const vouched = verified({ method: 'operator' })
    assert.deepEqual(plan(vouched, nothing, nothing), { verdict: 'vouched', dueAt: now + DAY })
    const { change } = plan(vouched, found, nothing)
    assert.deepEqual(change, { claim: verified({ method: 'dns' }) })
    assert.equal(change && plan(change.claim, nothing, nothing).verdict, 'gone')
  })

  test('writes nothing where the record is there, and comes again in a day', () => {
    assert.deepEqual(plan(verified(), found, nothing), { verdict: 'there', dueAt: now + DAY })
  })

  test('starts nothing where it could not ask, and comes again in an hour', () => {
    assert.deepEqual(plan(verified(), timeout, nothing), { verdict: 'unknown', dueAt: now + 3600 })
  })

  const missing = (since: number, warnedDays: number) => ({
    missingSince: since,
    graceEndsAt: since + GRACE_DAYS * DAY,
    warnedDays,
  })

  test('begins a grace period of 14 days where the record is gone, with event and mail', () => {
    const lastCheck = { at: now, dns: nothing, file: nothing }
    assert.deepEqual(plan(verified(), nothing, nothing), {
      verdict: 'gone',
      dueAt: now + DAY,
      change: {
        claim: verified({ ...missing(now, 14), lastCheck }),
        event: 'record-missing',
        mail: 'domain-missing',
      },
    })
  })

  test('tells it again 7 days and 1 day before its end, and not in between', () => {
    let claim = verified()
    const told: number[] = []
    for (let day = 0; day < GRACE_DAYS; day++) {
      const { change } = plan(claim, nothing, nothing, now + day * DAY)
      if (!change) continue
      assert.deepEqual([change.event, change.mail], ['record-missing', 'domain-missing'])
      told.push(GRACE_DAYS - day)
      claim = change.claim
    }
    assert.deepEqual(told, [14, 7, 1])
    assert.deepEqual([claim.missingSince, claim.state], [now, 'verified'])
  })

  test('tells it in time where visits were left out', () => {
    const claim = verified(missing(now - 13.5 * DAY, 14))
    const { change, dueAt } = plan(claim, nothing, nothing)
    assert.equal(change?.claim.warnedDays, 1)
    assert.equal(dueAt, claim.graceEndsAt)
  })

  test('ends it where the record is found, which is told', () => {
    const { change, verdict } = plan(verified(missing(now - DAY, 14)), nothing, found)
    const lastCheck = { at: now, dns: nothing, file: found }
    assert.equal(verdict, 'there')
    assert.deepEqual(change, {
      claim: verified({ method: 'file', lastCheck }),
      event: 'record-found',
    })
  })

  const ends = [
    ['a second before its end', -1, undefined],
    ['at its end', 0, 'lapsed'],
  ] as const
  for (const [name, seconds, event] of ends) {
    test(`lets a domain lapse after it, not before: ${name}`, () => {
      const claim = verified(missing(now - GRACE_DAYS * DAY, 1))
      assert.equal(plan(claim, nothing, nothing, now + seconds).change?.event, event)
    })
  }

  test('keeps what lapses, without people or code being touched, and tells it', () => {
    const since = now - GRACE_DAYS * DAY
    const { change } = plan(verified(missing(since, 1)), nothing, nothing)
    const lastCheck = { at: now, dns: nothing, file: nothing }
    const claim = verified({ state: 'lapsed', missingSince: since, lapsedAt: now, lastCheck })
    assert.deepEqual(change, { claim, event: 'lapsed', mail: 'domain-lapsed' })
  })

  test('lets nothing lapse that could not be asked for, however late', () => {
    const claim = verified(missing(now - 100 * DAY, 1))
    assert.equal(plan(claim, timeout, nothing).change, undefined)
    assert.equal(plan(claim, found, timeout).change?.event, 'record-found')
  })
})

const due: DueDomain = { domain: 'acme.example', orgId: 'org_1', dueAt: now }
const serving =
  (text: string | undefined): ResolveTxt =>
  () =>
    Promise.resolve(ok(text === undefined ? [] : [[text]]))

function portsOf(answers: Parameters<typeof storeOf>[0], text?: string) {
  const { store, written, schedule } = storeOf(answers)
  const ports: RecheckPorts = {
    store,
    resolveTxt: serving(text),
    fetchDocument: () => Promise.resolve(fail({ cause: 'status_404' })),
  }
  return { ports, written, schedule }
}

describe('recheckDomain', () => {
  test('writes the next date alone where the record is there', async () => {
    const { ports, written, schedule } = portsOf({ found: [verified()] }, value)
    assert.equal(await recheckDomain(ports, due, act), 'there')
    assert.deepEqual(written, [])
    assert.deepEqual(schedule, { postponed: [['acme.example', now + DAY]], gone: [] })
  })

  test('writes the change, then the next date', async () => {
    const { ports, written, schedule } = portsOf({ found: [verified()] })
    assert.equal(await recheckDomain(ports, due, act), 'gone')
    assert.deepEqual(
      written.map(({ change }) => change.event),
      ['record-missing'],
    )
    assert.deepEqual(schedule.postponed, [['acme.example', now + DAY]])
  })

  test('leaves due what was changed meanwhile', async () => {
    const { ports, schedule } = portsOf({ found: [verified()], errors: ['changed_meanwhile'] })
    assert.equal(await recheckDomain(ports, due, act), 'overtaken')
    assert.deepEqual(schedule, { postponed: [], gone: [] })
  })

  for (const [name, claim] of [
    ['pending', pending()],
    ['lapsed', verified({ state: 'lapsed' })],
    ['released', undefined],
  ] as const) {
    test(`takes from the schedule what is ${name}`, async () => {
      const { ports, written, schedule } = portsOf({ found: [claim] })
      assert.equal(await recheckDomain(ports, due, act), 'released')
      assert.deepEqual([written, schedule], [[], { postponed: [], gone: ['acme.example'] }])
    })
  }
})

describe('recheckDomains', () => {
  const names = ['one.example', 'two.example', 'three.example']
  const all = names.map((domain) => ({ ...due, domain }))

  test('looks at all that is due and counts what it found', async () => {
    const { ports, schedule } = portsOf({ found: [verified()] }, value)
    ports.store.listDue = (at) => Promise.resolve(at === now ? all : [])
    const counts = await recheckDomains(ports, { now: () => now, hasTime: () => true })
    assert.deepEqual(counts, { due: 3, visited: 3, gone: 0, unknown: 0 })
    assert.deepEqual(
      schedule.postponed.map(([domain]) => domain),
      names,
    )
  })

  test('leaves the rest due where there is no more time', async () => {
    const { ports, schedule } = portsOf({ found: [verified()] })
    ports.store.listDue = () => Promise.resolve(all)
    let left = 2
    const counts = await recheckDomains(ports, { now: () => now, hasTime: () => left-- > 0 })
    assert.deepEqual(counts, { due: 3, visited: 2, gone: 2, unknown: 0 })
    assert.deepEqual(
      schedule.postponed.map(([domain]) => domain),
      names.slice(0, 2),
    )
  })

  test('goes on where a visit breaks off, and fails at the end', async (t) => {
    const errors = t.mock.method(console, 'error', () => {})
    const { ports, schedule } = portsOf({ found: [verified()] }, value)
    ports.store.listDue = () => Promise.resolve(all)
    const { postpone } = ports.store
    ports.store.postpone = (one, dueAt) =>
      one.domain === 'two.example' ? Promise.reject(new Error('no answer')) : postpone(one, dueAt)
    const run = recheckDomains(ports, { now: () => now, hasTime: () => true })
    await assert.rejects(run, /1 of 3 visits broke off/)
    assert.deepEqual(
      schedule.postponed.map(([domain]) => domain),
      ['one.example', 'three.example'],
    )
    assert.equal(errors.mock.callCount(), 1)
  })
})
