import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { daysLeft, dueWarning, nextWarningAt } from '#shared/scim/directories/token-expiry.ts'

const DAY = 24 * 3600
const createdAt = 1_772_619_330
const expiresAt = createdAt + 365 * DAY
const token = { id: 'sct_1', directoryId: 'dir_1', createdAt, expiresAt } as const
const untilEnd = (days: number, seconds = 0) => expiresAt - days * DAY - seconds

describe('dueWarning', () => {
  const cases = [
    ['a second before the first', untilEnd(30, 1), undefined, undefined],
    ['thirty days before the end', untilEnd(30), undefined, 30],
    ['once', untilEnd(20), 30, undefined],
    ['seven days before the end', untilEnd(7), 30, 7],
    ['a day before the end', untilEnd(1), 7, 1],
    ['never after the last', untilEnd(0), 1, undefined],
    ['the last alone of several', untilEnd(0, 60), undefined, 1],
  ] as const
  for (const [name, now, warnedDays, days] of cases) {
    test(`says ${name}`, () => {
      assert.equal(dueWarning({ ...token, ...(warnedDays && { warnedDays }) }, now), days)
    })
  }

  test('does not warn of what was so when the token was made', () => {
    const short = { ...token, createdAt: untilEnd(7) }
    assert.equal(dueWarning(short, untilEnd(7)), undefined)
    assert.equal(dueWarning(short, untilEnd(2)), undefined)
    assert.equal(dueWarning(short, untilEnd(1)), 1)
    assert.equal(dueWarning({ ...token, createdAt: untilEnd(1) }, untilEnd(0, 1)), undefined)
  })
})

describe('nextWarningAt', () => {
  test('is the next moment at which there is something to say', () => {
    assert.equal(nextWarningAt(token, createdAt), untilEnd(30))
    assert.equal(nextWarningAt(token, untilEnd(30)), untilEnd(7))
    assert.equal(nextWarningAt(token, untilEnd(7)), untilEnd(1))
    assert.equal(nextWarningAt(token, untilEnd(1)), undefined)
    assert.equal(nextWarningAt({ ...token, createdAt: untilEnd(1) }, untilEnd(1)), undefined)
  })

  test('leads through all warnings, each once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 * DAY }), (seconds) => {
        const life = { ...token, createdAt: expiresAt - seconds }
        const warned: number[] = []
        let at = nextWarningAt(life, life.createdAt)
        while (at !== undefined) {
          const warnedDays = warned.at(-1)
          const days = dueWarning({ ...life, ...(warnedDays && { warnedDays }) }, at)
          assert.ok(days)
          assert.equal(daysLeft(life, at), days)
          warned.push(days)
          at = nextWarningAt(life, at)
        }
        assert.deepEqual(
          warned,
          [30, 7, 1].filter((days) => seconds > days * DAY),
        )
      }),
    )
  })
})

describe('daysLeft', () => {
  test('rounds up', () => {
    assert.equal(daysLeft(token, untilEnd(1)), 1)
    assert.equal(daysLeft(token, untilEnd(1, 1)), 2)
    assert.equal(daysLeft(token, untilEnd(0, 1)), 1)
  })
})
