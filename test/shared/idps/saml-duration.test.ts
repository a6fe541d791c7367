import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '#shared/idps/saml-duration.ts'

const durations = [
  ['PT0S', 0],
  ['PT6H', 21_600],
  ['P1D', 86_400],
  ['P1DT1H1M1.5S', 90_061],
  ['P1M', 2_592_000],
  ['P1Y2M', 36_720_000],
  ['PT604800S', 604_800],
] as const
for (const [text, seconds] of durations) {
  test(`parseDuration reads ${text}`, () => assert.equal(parseDuration(text), seconds))
}

for (const text of ['', 'P', 'PT', 'P1', '1D', '-P1D', 'P1H', 'PT1D', 'P1D ', 'P1.5D', 'PT1S1M']) {
  test(`parseDuration refuses ${text || 'nothing'}`, () => {
    assert.equal(parseDuration(text), undefined)
  })
}

test('parseDuration answers any text', () => {
  const part = fc.constantFrom(...'PTYMDHS0123456789.-')
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join('')),
      (text) => {
        const seconds = parseDuration(text)
        assert.ok(seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 0))
      },
    ),
  )
})
