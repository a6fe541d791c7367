import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newOrgId } from '#shared/ids.ts'
import type { Authenticated } from '#shared/scim/authenticate.ts'
import { warmCallers } from '#shared/scim/warm-callers.ts'

const nowMs = 1_772_619_330_000
const directory = newDirectoryId(newOrgId())
const authenticated = { token: {} } as Authenticated // whose token has no end
const presented = (secretHash: string) => ({ secretHash, directory })

describe('warmCallers', () => {
  test('knows a caller in its directory, for five seconds', () => {
    const warm = warmCallers()
    warm.keep(presented('a'), authenticated, nowMs)
    assert.equal(warm.find(presented('a'), nowMs + 5000), authenticated)
    assert.equal(warm.find(presented('a'), nowMs + 5001), undefined)
    assert.equal(warm.find(presented('a'), nowMs - 1), undefined)
    assert.equal(warm.find(presented('b'), nowMs), undefined)
    const elsewhere = { secretHash: 'a', directory: newDirectoryId(newOrgId()) }
    assert.equal(warm.find(elsewhere, nowMs), undefined)
  })

  test('tells who has to wait, and how long', () => {
    const warm = warmCallers()
    warm.told(presented('a'), 1000, undefined)
    assert.equal(warm.secondsToWait(presented('a'), 1000), undefined)
    warm.told(presented('a'), 1000, 20)
    assert.equal(warm.secondsToWait(presented('a'), 1019), 1)
    assert.equal(warm.secondsToWait(presented('a'), 1020), undefined)
    assert.equal(warm.secondsToWait(presented('b'), 1000), undefined)
  })

  test('does not grow with those that come', () => {
    const warm = warmCallers()
    for (let i = 0; i < 1001; i++) {
      warm.keep(presented(String(i)), authenticated, nowMs)
      warm.told(presented(String(i)), 1000, 20)
    }
    const known = Array.from({ length: 1001 }, (_, i) => presented(String(i)))
    assert.equal(known.filter((one) => warm.find(one, nowMs)).length, 1)
    assert.equal(known.filter((one) => warm.secondsToWait(one, 1000)).length, 1)
  })
})
