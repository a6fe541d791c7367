import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mayStep, nextStep } from '#shared/operations/key-rotation.ts'

describe('nextStep', () => {
  const steps = [
    [[1], { step: 'publish', generations: [1, 2] }],
    [[1, 2], { step: 'use', generations: [2, 1] }],
    [[2, 1], { step: 'retire', generations: [2] }],
    [[2], { step: 'publish', generations: [2, 3] }],
  ] as const
  for (const [generations, next] of steps) {
    test(`goes on from ${generations} to ${next.step}`, () => {
      assert.deepEqual(nextStep(generations), next)
    })
  }

  for (const generations of [[], [1, 1], [1, 2, 3], [3, 2, 1]]) {
    test(`knows nothing that follows [${generations}]`, () => {
      assert.equal(nextStep(generations), undefined)
    })
  }
})

describe('mayStep', () => {
  const changedAt = '2026-03-01T00:00:00.000Z'
  const since = Date.parse(changedAt)
  const DAY = 24 * 3600 * 1000
  const waits = [
    ['jwtSigningKeys', 'publish', 0],
    ['jwtSigningKeys', 'use', 1],
    ['jwtSigningKeys', 'retire', 1],
    ['samlSigningKeys', 'publish', 0],
    ['samlSigningKeys', 'use', 14],
    ['samlSigningKeys', 'retire', 1],
    ['samlEncryptionKeys', 'use', 14],
    ['samlEncryptionKeys', 'retire', 14],
  ] as const
  for (const [name, step, days] of waits) {
    test(`lets ${step} of ${name} come after ${days} days, and no millisecond before`, () => {
      const state = { generations: [1], changedAt }
      const next = { step, generations: [] }
      assert.equal(mayStep(name, next, state, since + days * DAY).ok, true)
      assert.deepEqual(mayStep(name, next, state, since + days * DAY - 1), {
        ok: false,
        error: { until: new Date(since + days * DAY).toISOString() },
      })
    })
  }
})
