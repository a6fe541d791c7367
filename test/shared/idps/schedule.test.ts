import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextVisit } from '#shared/idps/schedule.ts'
import { newIdpId } from '#shared/ids.ts'

const source = { kind: 'url', url: 'https://idp.example/metadata' } as const
const now = 1_772_619_330
const hour = 3600

describe('nextVisit', () => {
  test('is a day after the last one, or an hour if that found nothing to read', () => {
    const id = newIdpId()
    assert.equal(nextVisit(id, { source, visitedAt: now }, 1), now + 24 * hour)
    const failed = { source, visitedAt: now, refreshCause: 'unreachable' }
    assert.equal(nextVisit(id, failed, 1), now + hour)
  })

  test('spreads the first visits of providers that were made together over a day', () => {
    const visits = Array.from({ length: 1000 }, () => nextVisit(newIdpId(), { source }, now) - now)
    for (const visit of visits) assert.ok(visit >= 0 && visit < 24 * hour, `${visit}`)
    for (let h = 0; h < 24; h++) {
      assert.ok(
        visits.some((visit) => Math.floor(visit / hour) === h),
        `none in hour ${h}`,
      )
    }
  })

  test('is the same whenever it is asked', () => {
    const id = newIdpId()
    assert.equal(nextVisit(id, { source }, now), nextVisit(id, { source }, now))
  })
})
