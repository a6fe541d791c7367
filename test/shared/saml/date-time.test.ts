import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDateTime } from '#shared/saml/date-time.ts'

const read = [
  ['1970-01-01T00:00:00Z', 0],
  ['1970-01-01T00:00:01Z', 1],
  ['1969-12-31T23:59:59Z', -1],
  ['2026-03-04T10:15:30Z', 1772619330],
  ['2026-03-04T10:15:30.0Z', 1772619330],
  ['2026-03-04T10:15:30.9Z', 1772619330],
  ['2026-03-04T10:15:30.4127302Z', 1772619330],
  ['2026-03-04T10:15:30.999999999999Z', 1772619330],
  ['2024-02-29T23:59:59Z', 1709251199],
  ['2000-02-29T00:00:00Z', 951782400],
  ['9999-12-31T23:59:59Z', 253402300799],
  // What .NET writes for no time at all; not 1901.
  ['0001-01-01T00:00:00Z', -62135596800],
  ['0099-12-31T23:59:59Z', -59011459201],
] as const
for (const [text, seconds] of read) {
  test(`parseDateTime reads ${text} as ${seconds}`, () => {
    assert.equal(parseDateTime(text), seconds)
  })
}

const refused = [
  '',
  '2026-03-04',
  '2026-03-04T10:15:30',
  '2026-03-04T10:15:30z',
  '2026-03-04t10:15:30Z',
  '2026-03-04 10:15:30Z',
  '2026-03-04T10:15:30+00:00',
  '2026-03-04T10:15:30-00:00',
  '2026-03-04T10:15:30Z+01:00',
  '2026-03-04T10:15Z',
  '2026-03-04T10:15:30.Z',
  '2026-03-04T10:15:30,5Z',
  '2026-03-04T10:15:30.1234567890123Z',
  '2026-3-4T10:15:30Z',
  '26-03-04T10:15:30Z',
  '12026-03-04T10:15:30Z',
  '-2026-03-04T10:15:30Z',
  '+2026-03-04T10:15:30Z',
  '2026-00-04T10:15:30Z',
  '2026-13-04T10:15:30Z',
  '2026-03-00T10:15:30Z',
  '2026-03-32T10:15:30Z',
  '2026-04-31T10:15:30Z',
  '2026-02-29T10:15:30Z',
  '1900-02-29T10:15:30Z',
  '2026-03-04T24:00:00Z',
  '2026-03-04T10:60:30Z',
  '2026-03-04T23:59:60Z',
  ' 2026-03-04T10:15:30Z',
  '2026-03-04T10:15:30Z\n',
  '2026-03-04T10:15:30Z 2027-03-04T10:15:30Z',
  '２０２６-03-04T10:15:30Z',
  '٢٠٢٦-03-04T10:15:30Z',
  '0x7e-03-04T10:15:30Z',
  'Wed, 04 Mar 2026 10:15:30 GMT',
  '1772619330',
  'now',
]
for (const text of refused) {
  test(`parseDateTime refuses "${text}"`, () => {
    assert.equal(parseDateTime(text), undefined)
  })
}

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
})

test('parseDateTime reads what Date writes, the fraction cut off', () => {
  fc.assert(
    fc.property(instants, (date) => {
      assert.equal(parseDateTime(date.toISOString()), Math.floor(date.getTime() / 1000))
    }),
    { numRuns: 2000 },
  )
})

test('parseDateTime reads no day that the calendar does not have', () => {
  const digits = (count: number, max: number) =>
    fc.nat(max).map((number) => String(number).padStart(count, '0'))
  const texts = fc
    .tuple(
      digits(4, 9999),
      digits(2, 13),
      digits(2, 32),
      digits(2, 25),
      digits(2, 61),
      digits(2, 61),
    )
    .map(([year, month, day, hour, minute, second]) => {
      return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
    })
  fc.assert(
    fc.property(texts, (text) => {
      const seconds = parseDateTime(text)
      const isReal =
        seconds === undefined ||
        new Date(seconds * 1000).toISOString() === `${text.slice(0, -1)}.000Z`
      assert.ok(isReal)
    }),
    { numRuns: 2000 },
  )
})
