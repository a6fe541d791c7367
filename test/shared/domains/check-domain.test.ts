import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CHECKS_AN_HOUR, type CheckPorts, checkDomain } from '#shared/domains/check-domain.ts'
import type { DomainClaim, ProofMethod } from '#shared/domains/types.ts'
import { fail, ok } from '#shared/result.ts'
import { DAY, now, pending, storeOf, target, value, verified } from './claims.ts'

type Given = Parameters<typeof storeOf>[0] & {
  /** What stands in DNS and in the file. */
  dns?: string
  file?: string
  calls?: number
}

function portsOf({ dns, file, calls = 1, ...answers }: Given = {}) {
  const asked: string[] = []
  const counted: [string, number][] = []
  const { store, written } = storeOf(answers)
  const ports: CheckPorts = {
    store,
    resolveTxt(name) {
      asked.push(`dns ${name}`)
      return Promise.resolve(ok(dns === undefined || name !== 'acme.example' ? [] : [[dns]]))
    },
    fetchDocument(url) {
      asked.push(url)
      return Promise.resolve(
        file === undefined ? fail({ cause: 'status_404' }) : ok(Buffer.from(file)),
      )
    },
    calls: {
      count(window, expiresAt) {
        counted.push([window, expiresAt])
        return Promise.resolve(calls)
      },
    },
  }
  return { ports, written, asked, counted }
}

const both = ['dns', 'file'] as const
const absent = {
  at: now,
  dns: { outcome: 'nothing_there' },
  file: { outcome: 'nothing_there', status: 404 },
}

describe('checkDomain', () => {
  for (const method of both) {
    test(`verifies a domain whose proof is found by ${method}`, async () => {
      const { ports, written } = portsOf({ [method]: value })
      const checked = await checkDomain(ports, target, both)
      assert.ok(checked.ok)
      const { endsAt: _, ...before } = pending()
      assert.deepEqual(checked.value, {
        ...before,
        state: 'verified',
        verifiedAt: now,
        method,
        lastCheck: { ...absent, [method]: { outcome: 'found' } },
        rev: 2,
      })
      assert.equal(written[0]?.change.event, 'verified')
    })
  }

  test('keeps what was found where that proves nothing', async () => {
    const { ports, written } = portsOf()
    const checked = await checkDomain(ports, target, both)
    assert.deepEqual(checked, { ok: true, value: { ...pending(), lastCheck: absent, rev: 2 } })
    assert.equal(written[0]?.change.event, undefined)
  })

  const asks = [
    [['dns'], ['dns acme.example', 'dns acme.example.acme.example']],
    [['file'], ['https://acme.example/.well-known/latchkey-verification.txt']],
  ] as const satisfies readonly [readonly ProofMethod[], readonly string[]][]
  for (const [methods, expected] of asks) {
    test(`asks by ${methods} alone`, async () => {
      const { ports, asked } = portsOf()
      await checkDomain(ports, target, methods)
      assert.deepEqual(asked, expected)
    })
  }

  const over = [
    ['an expired claim', pending({ endsAt: now }), 'claim_expired'],
    ['a lapsed one', verified({ state: 'lapsed' }), 'domain_lapsed'],
    ['one that is not there', undefined, 'domain_unknown'],
  ] as const
  for (const [name, claim, cause] of over) {
    test(`never accepts the code of ${name}, and asks nobody`, async () => {
      const { ports, asked, written, counted } = portsOf({ found: [claim], dns: value })
      const error = { cause }
      assert.deepEqual(await checkDomain(ports, target, both), { ok: false, error })
      assert.deepEqual([asked, written, counted], [[], [], []])
    })
  }

  const meanwhile = [
    ['renewed', pending({ code: 'another', rev: 2 }), 'changed_meanwhile'],
    ['released', undefined, 'domain_unknown'],
    ['lapsed', verified({ state: 'lapsed' }), 'domain_lapsed'],
  ] as const
  for (const [name, claim, cause] of meanwhile) {
    test(`does not verify a claim that was ${name} while DNS was asked`, async () => {
      const { ports, written } = portsOf({ found: [pending(), claim], dns: value })
      const error = { cause }
      assert.deepEqual(await checkDomain(ports, target, both), { ok: false, error })
      assert.deepEqual(written, [])
    })
  }

  test('says no more than that the domain cannot be had, where somebody has it', async () => {
    const { ports } = portsOf({ dns: value, errors: ['domain_unavailable'] })
    const refused = await checkDomain(ports, target, both)
    assert.deepEqual(refused, { ok: false, error: { cause: 'domain_unavailable' } })
  })

  test('tells that a missing record is there again', async () => {
    const missing = { missingSince: now - DAY, graceEndsAt: now + 13 * DAY, warnedDays: 14 }
    const { ports, written } = portsOf({ found: [verified(missing)], file: value })
    const checked = await checkDomain(ports, target, both)
    const lastCheck = { ...absent, file: { outcome: 'found' } }
    const value_ = { ...verified(), method: 'file', lastCheck, rev: 3 }
    assert.deepEqual(checked, { ok: true, value: value_ })
    assert.equal(written[0]?.change.event, 'record-found')
  })

  for (const dns of [value, undefined]) {
    test(`starts and ends nothing for a verified domain: ${dns ? 'found' : 'not found'}`, async () => {
      const { ports, written } = portsOf({ found: [verified()], ...(dns && { dns }) })
      const checked = await checkDomain(ports, target, ['dns'])
      assert.ok(checked.ok)
      const lastCheck: DomainClaim['lastCheck'] = {
        at: now,
        dns: { outcome: dns ? 'found' : 'nothing_there' },
      }
      assert.deepEqual(checked.value, { ...verified(), lastCheck, rev: 3 })
      assert.equal(written[0]?.change.event, undefined)
    })
  }

  test('knows how a domain is proved that an operator had vouched for', async () => {
    const { ports } = portsOf({ found: [verified({ method: 'operator' })], dns: value })
    const checked = await checkDomain(ports, target, ['dns'])
    assert.equal(checked.ok && checked.value.method, 'dns')
  })

  test('allows as many checks an hour as it says, of an organization', async () => {
    const last = portsOf({ calls: CHECKS_AN_HOUR })
    assert.ok((await checkDomain(last.ports, target, both)).ok)
    const start = now - (now % 3600)
    assert.deepEqual(last.counted, [[`checks#org_1#${start}`, start + 7200]])
    const { ports, asked } = portsOf({ calls: CHECKS_AN_HOUR + 1, dns: value })
    const retryAfter = start + 3600 - now
    const error = { cause: 'too_many_checks', retryAfter }
    assert.deepEqual(await checkDomain(ports, target, both), { ok: false, error })
    assert.deepEqual(asked, [])
  })
})
