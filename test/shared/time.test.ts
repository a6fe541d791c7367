import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMilliseconds, isoTime, toSeconds } from '#shared/time.ts'

test('toSeconds rounds down: a second is over when the next one begins', () => {
  assert.equal(toSeconds(1_772_619_330_000), 1_772_619_330)
  assert.equal(toSeconds(1_772_619_330_999), 1_772_619_330)
})

test('isoTime tells epoch seconds in UTC', () => {
  assert.equal(isoTime(1_772_619_330), '2026-03-04T10:15:30.000Z')
})

test('epochMilliseconds goes by the clock', () => {
  const before = Date.now()
  const now = epochMilliseconds()
  assert.ok(before <= now && now <= Date.now())
})
