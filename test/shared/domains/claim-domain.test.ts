import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { claimDomain } from '#shared/domains/claim-domain.ts'
import { renewClaim } from '#shared/domains/renew-claim.ts'
import { stateOf } from '#shared/domains/types.ts'
import { act, code, DAY, now, pending, storeOf, target, verified } from './claims.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const asked = { orgId: 'org_1', name: 'Acme.Example.', act, answer: () => 'an answer' } as const
const repeatable = { keyHash: 'key', callHash: 'call' }
const kept = { ...repeatable, answer: 'the first answer', expiresAt: now + 10 }

describe('claimDomain', () => {
  test('gives a claim a random code and a window of ten days', async () => {
    const { store, claimed } = storeOf()
    assert.deepEqual(await claimDomain(store, asked), { ok: true, value: 'an answer' })
    await claimDomain(store, asked)
    const [first, second] = claimed.map(({ claim }) => claim)
    assert.ok(first && second)
    const { code: random, ...rest } = first
    assert.match(random, UUID)
    assert.notEqual(random, second.code)
    assert.deepEqual(rest, {
      domain: 'acme.example',
      orgId: 'org_1',
      state: 'pending',
      endsAt: now + 10 * DAY,
      createdAt: now,
      rev: 1,
    })
    assert.equal(claimed[0]?.answered, undefined)
  })

  const refused = [
    ['http://acme.example', 'domain_malformed'],
    ['co.uk', 'domain_public_suffix'],
    ['gmail.com', 'domain_consumer'],
  ] as const
  for (const [name, cause] of refused) {
    test(`refuses ${name}, with its reason`, async () => {
      const { store, claimed } = storeOf()
      const result = await claimDomain(store, { ...asked, name })
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.deepEqual(claimed, [])
    })
  }

  for (const error of ['domain_claimed', 'too_many_domains', 'organization_unknown'] as const) {
    test(`says ${error}`, async () => {
      const { store } = storeOf({ claimError: error })
      assert.deepEqual(await claimDomain(store, asked), { ok: false, error: { cause: error } })
    })
  }

  test('keeps its answer for a day where the call may come again', async () => {
    const { store, claimed } = storeOf()
    await claimDomain(store, { ...asked, repeatable })
    const expiresAt = now + DAY
    assert.deepEqual(claimed[0]?.answered, { ...repeatable, answer: 'an answer', expiresAt })
  })

  test('answers a call that comes again as the first time', async () => {
    const { store, claimed } = storeOf({ answered: [kept] })
    const again = await claimDomain(store, { ...asked, repeatable })
    assert.deepEqual(again, { ok: true, value: 'the first answer' })
    assert.deepEqual(claimed, [])
  })

  test('answers so also where both came at once', async () => {
    const { store } = storeOf({ answered: [undefined, kept], claimError: 'already_answered' })
    const again = await claimDomain(store, { ...asked, repeatable })
    assert.deepEqual(again, { ok: true, value: 'the first answer' })
    const gone = storeOf({ claimError: 'already_answered' })
    await assert.rejects(claimDomain(gone.store, { ...asked, repeatable }), /is gone/)
  })

  test('refuses another call by the same name', async () => {
    const { store } = storeOf({ answered: [{ ...kept, callHash: 'another call' }] })
    const other = await claimDomain(store, { ...asked, repeatable })
    assert.deepEqual(other, { ok: false, error: { cause: 'key_reused' } })
  })
})

describe('renewClaim', () => {
  const lapsed = verified({ state: 'lapsed', missingSince: now - 15 * DAY, lapsedAt: now - DAY })
  for (const [name, claim] of [
    ['expired', pending({ endsAt: now, lastCheck: { at: now - 5 } })],
    ['lapsed', lapsed],
  ] as const) {
    test(`gives a claim that has ${name} another code and another window`, async () => {
      const { store, written } = storeOf({ found: [claim] })
      const renewed = await renewClaim(store, target)
      assert.ok(renewed.ok)
      const { code: another, ...rest } = renewed.value
      assert.match(another, UUID)
      assert.notEqual(another, code)
      assert.deepEqual(rest, {
        domain: 'acme.example',
        orgId: 'org_1',
        state: 'pending',
        createdAt: now - DAY,
        endsAt: now + 10 * DAY,
        rev: claim.rev + 1,
      })
      assert.equal(written[0]?.change.event, 'claimed')
    })
  }

  const refused = [
    ['one that runs', pending({ endsAt: now + 1 }), 'claim_running'],
    ['a verified one', verified(), 'domain_verified'],
    ['one that is not there', undefined, 'domain_unknown'],
  ] as const
  for (const [name, claim, cause] of refused) {
    test(`leaves alone ${name}`, async () => {
      const { store, written } = storeOf({ found: [claim] })
      assert.deepEqual(await renewClaim(store, target), { ok: false, error: { cause } })
      assert.deepEqual(written, [])
    })
  }

  test('decides anew where somebody was faster, and gives up in the end', async () => {
    const over = pending({ endsAt: now })
    const faster = storeOf({ found: [over, pending({ rev: 2 })], errors: ['changed_meanwhile'] })
    const second = await renewClaim(faster.store, target)
    assert.deepEqual(second, { ok: false, error: { cause: 'claim_running' } })
    const busy = storeOf({ found: [over], errors: Array(9).fill('changed_meanwhile') })
    await assert.rejects(renewClaim(busy.store, target), /all the time/)
    assert.equal(busy.looks(), 4)
  })
})

test('stateOf says that a claim is over in the second its window ends', () => {
  assert.equal(stateOf(pending({ endsAt: now + 1 }), now), 'pending')
  assert.equal(stateOf(pending({ endsAt: now }), now), 'expired')
  assert.equal(stateOf(verified(), now), 'verified')
  assert.equal(stateOf(verified({ state: 'lapsed' }), now), 'lapsed')
})
