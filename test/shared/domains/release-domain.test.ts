import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { releaseDomain } from '#shared/domains/release-domain.ts'
import { now, pending, storeOf, target, verified } from './claims.ts'

const dependants = { count: 2, hasMore: false, userIds: ['usr_1', 'usr_2'] }
const confirmation = 'acme.example'
const kept = { handsOver: false }

describe('releaseDomain', () => {
  const claims = [
    ['pending', pending()],
    ['expired', pending({ endsAt: now })],
    ['lapsed', verified({ state: 'lapsed' })],
  ] as const
  for (const [name, claim] of claims) {
    test(`lets a claim go that is ${name}, as it is`, async () => {
      const { store, released } = storeOf({ found: [claim], dependants })
      assert.deepEqual(await releaseDomain(store, target, kept), { ok: true, value: undefined })
      assert.deepEqual(released, [claim])
    })
  }

  const refused = [
    ['without confirmation', {}, 'domain_confirmation_wrong'],
    ['by another name', { confirmation: 'acme.exampl' }, 'domain_confirmation_wrong'],
    ['by its name in capitals', { confirmation: 'ACME.example' }, 'domain_confirmation_wrong'],
    [
      'without confirmation, whoever is handed over',
      { handsOver: true },
      'domain_confirmation_wrong',
    ],
  ] as const
  for (const [name, asked, cause] of refused) {
    test(`keeps a verified domain ${name}`, async () => {
      const { store, released } = storeOf({ found: [verified()] })
      const result = await releaseDomain(store, target, { ...kept, ...asked })
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.deepEqual(released, [])
    })
  }

  test('releases a verified domain that nobody depends on', async () => {
    const { store, released } = storeOf({ found: [verified()] })
    assert.ok((await releaseDomain(store, target, { ...kept, confirmation })).ok)
    assert.equal(released.length, 1)
  })

  test('keeps it where active people depend on it, and says who', async () => {
    const { store, released } = storeOf({ found: [verified()], dependants })
    const result = await releaseDomain(store, target, { ...kept, confirmation })
    assert.deepEqual(result, { ok: false, error: { cause: 'domain_in_use', dependants } })
    assert.deepEqual(released, [])
  })

  test('releases it nevertheless where they are handed over', async () => {
    const { store, released } = storeOf({ found: [verified()], dependants })
    assert.ok((await releaseDomain(store, target, { confirmation, handsOver: true })).ok)
    assert.equal(released.length, 1)
  })

  test('decides anew where it was changed meanwhile: it may need a confirmation by now', async () => {
    const { store } = storeOf({ found: [pending(), verified()], errors: ['changed_meanwhile'] })
    const result = await releaseDomain(store, target, kept)
    assert.deepEqual(result, { ok: false, error: { cause: 'domain_confirmation_wrong' } })
  })

  test('gives up where it changes all the time', async () => {
    const { store } = storeOf({ errors: Array(9).fill('changed_meanwhile') })
    await assert.rejects(releaseDomain(store, target, kept), /all the time/)
  })

  test('says what else stands in its way', async () => {
    const { store } = storeOf({ errors: ['organization_unknown'] })
    const result = await releaseDomain(store, target, kept)
    assert.deepEqual(result, { ok: false, error: { cause: 'organization_unknown' } })
  })

  test('knows no claim that is not there', async () => {
    const { store } = storeOf({ found: [undefined] })
    const result = await releaseDomain(store, target, kept)
    assert.deepEqual(result, { ok: false, error: { cause: 'domain_unknown' } })
  })
})
