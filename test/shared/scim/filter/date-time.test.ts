import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseInstant } from '#shared/scim/filter/date-time.ts'

describe('parseInstant', () => {
  const known = [
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.5Z', 500],
    ['1970-01-01T00:00:00.1239999Z', 123],
    ['1970-01-01T00:00:00+01:30', -5_400_000],
    ['1970-01-01T24:00:00Z', 86_400_000],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ] as const
  for (const [text, instant] of known) {
    test(`reads ${text}`, () => assert.equal(parseInstant(text), instant))
  }

  test('takes what has no zone for UTC, wherever it runs', () => {
    const { TZ } = process.env
    try {
      process.env['TZ'] = 'Asia/Tokyo'
      assert.equal(parseInstant('1970-01-01T00:00:00'), 0)
    } finally {
      if (TZ === undefined) delete process.env['TZ']
      else process.env['TZ'] = TZ
    }
  })

  const strange = [
    ...['', '2024-01-01', '2024-01-01 00:00:00Z', '2024-01-01T00:00Z', '24-01-01T00:00:00Z'],
    ...['2023-02-29T00:00:00Z', '2024-04-31T00:00:00Z', '2024-13-01T00:00:00Z'],
    ...['2024-01-01T25:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00:60Z'],
    ...['2024-01-01T00:00:00+25:00', '2024-01-01T00:00:00.Z', '2024-01-01T00:00:00z', 'today'],
  ]
  for (const text of strange) {
    test(`reads no time in "${text}"`, () => assert.equal(parseInstant(text), undefined))
  }

  test('reads any time as it was written', () => {
    const years = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }
    fc.assert(
      fc.property(fc.date(years), (date) => {
        assert.equal(parseInstant(date.toISOString()), date.getTime())
      }),
    )
  })
})
