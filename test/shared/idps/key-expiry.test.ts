import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dueWarnings, isExpired, usableKeys, warningDays } from '#shared/idps/key-expiry.ts'
import type { SigningKey } from '#shared/idps/types.ts'
import { keyNamed } from './connection.ts'

const DAY = 24 * 3600
const now = 1_800_000_000
const key = (days: number, changed: Partial<SigningKey> = {}) =>
  keyNamed('a', { notAfter: now + days * DAY, ...changed })

test('isExpired takes the last second for valid', () => {
  assert.equal(isExpired(key(0), now), false)
  assert.equal(isExpired(key(0), now + 1), true)
})

test('usableKeys leaves expired ones out only where the provider blocks them', () => {
  const [valid, expired] = [key(1), keyNamed('old', { notAfter: now - 1 })]
  const signingKeys = [expired, valid]
  const keysOf = (expiredCertificates?: 'warn' | 'block') =>
    usableKeys({ signingKeys, ...(expiredCertificates && { expiredCertificates }) }, now)
  assert.deepEqual(keysOf(), signingKeys)
  assert.deepEqual(keysOf('warn'), signingKeys)
  assert.deepEqual(keysOf('block'), [valid])
})

const due = [
  [91, undefined, undefined],
  [90, undefined, 90],
  [90, 90, undefined],
  [31, 90, undefined],
  [30, 90, 30],
  [29.5, undefined, 30],
  [7, 30, 7],
  [2, 7, undefined],
  [1, 7, 1],
  [0.5, 7, 1],
  [0.5, 1, undefined],
  [0, 7, 1],
  [-0.5, 1, 0],
  [-0.5, undefined, 0],
  [-400, 0, undefined],
] as const
for (const [days, warned, expected] of due) {
  test(`dueWarnings warns at ${days} days, ${warned ?? 'none'} given, of ${expected ?? 'nothing'}`, () => {
    const warnedDays = warned === undefined ? {} : { a: warned }
    const warnings = dueWarnings({ signingKeys: [key(days)] }, { warnedDays }, now)
    assert.deepEqual(
      warnings.map((warning) => warning.days),
      expected === undefined ? [] : [expected],
    )
  })
}

test('dueWarnings tells what is left, and whether another key takes over', () => {
  const last = key(5.5)
  const next = keyNamed('b', { notAfter: now + 400 * DAY })
  const future = keyNamed('b', { notAfter: now + 400 * DAY, notBefore: now + 1 })
  const warning = {
    fingerprint: 'a',
    notAfter: last.notAfter,
    daysLeft: 6,
    days: 7,
    isReplaced: false,
  }
  const warningsOf = (...signingKeys: SigningKey[]) => dueWarnings({ signingKeys }, {}, now)
  assert.deepEqual(warningsOf(last), [warning])
  assert.deepEqual(warningsOf(last, next), [{ ...warning, isReplaced: true }])
  assert.deepEqual(warningsOf(last, future), [warning])
})

test('dueWarnings gives each warning once in the life of a certificate', () => {
  const days = fc.array(fc.integer({ min: -30, max: 120 }), { minLength: 1 })
  fc.assert(
    fc.property(days, (visits) => {
      let warnedDays: Record<string, number> = {}
      const given: number[] = []
      for (const left of visits.toSorted((one, other) => other - one)) {
        const warnings = dueWarnings({ signingKeys: [key(left)] }, { warnedDays }, now)
        for (const warning of warnings) {
          given.push(warning.days)
          warnedDays = { ...warnedDays, [warning.fingerprint]: warning.days }
        }
      }
      assert.deepEqual(given, [...new Set(given)])
      const passed = warningDays.filter((threshold) =>
        visits.some((left) => (threshold === 0 ? left < 0 : left <= threshold)),
      )
      assert.equal(given.at(-1), passed.at(-1))
    }),
  )
})
