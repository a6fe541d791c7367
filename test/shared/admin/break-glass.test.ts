import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type BreakGlass, confirmBreakGlass, emergencyEnd } from '#shared/admin/break-glass.ts'
import type { UserId } from '#shared/ids.ts'
import { now, orgId } from './session-example.ts'

const [ada, grace, third] = (['1', '2', '3'] as const).map(
  (digit): UserId => `usr_${digit.repeat(32)}`,
) as [UserId, UserId, UserId]
const newId = 'bgl_1'
const HOUR = 3600

const requested: BreakGlass = {
  ...{ id: 'bgl_0', orgId, state: 'requested', requestedBy: ada },
  ...{ requestedAt: now, requestEndsAt: now + HOUR },
}
const opened: BreakGlass = {
  ...requested,
  ...{ state: 'opened', approvedBy: grace, openedAt: now + 60, openUntil: now + 60 + HOUR / 2 },
}
const confirm = (current: BreakGlass | undefined, userId: UserId, at = now + 60) =>
  confirmBreakGlass(current, { orgId, userId, newId, now: at })

const asks = (by: UserId, at: number) => ({
  ok: true,
  value: {
    outcome: 'requested',
    record: {
      ...{ id: newId, orgId, state: 'requested', requestedBy: by },
      ...{ requestedAt: at, requestEndsAt: at + HOUR },
    },
  },
})

describe('confirmBreakGlass', () => {
  const closed = opened.openUntil ?? 0
  const cases = [
    ['asks where there is nothing', undefined, ada, now, asks(ada, now)],
    [
      'opens as the second',
      requested,
      grace,
      now + 60,
      { ok: true, value: { outcome: 'opened', record: opened } },
    ],
    [
      'refuses the first one again',
      requested,
      ada,
      now + 60,
      { ok: false, error: 'same_administrator' },
    ],
    [
      'refuses the first one in the last second',
      requested,
      ada,
      now + HOUR - 1,
      { ok: false, error: 'same_administrator' },
    ],
    ['asks anew once an hour is over', requested, grace, now + HOUR, asks(grace, now + HOUR)],
    ['asks anew, also as the first', requested, ada, now + HOUR, asks(ada, now + HOUR)],
    [
      'lets the first one join again',
      opened,
      ada,
      now + 61,
      { ok: true, value: { outcome: 'rejoined', record: opened } },
    ],
    [
      'lets the second one join again',
      opened,
      grace,
      now + 61,
      { ok: true, value: { outcome: 'rejoined', record: opened } },
    ],
    ['refuses a third one', opened, third, now + 61, { ok: false, error: 'opened_by_others' }],
    ['asks anew once the door has closed', opened, grace, closed, asks(grace, closed)],
  ] as const
  for (const [name, current, userId, at, wanted] of cases) {
    test(name, () => {
      assert.deepEqual(confirm(current, userId, at), wanted)
    })
  }

  test('opens the door for half an hour, from the approval', () => {
    const late = confirm(requested, grace, now + HOUR - 1)
    assert.ok(late.ok)
    assert.equal(late.value.record.openUntil, now + HOUR - 1 + HOUR / 2)
  })

  test('never opens but by two, whatever the order and the time', () => {
    const step = fc.record({
      userId: fc.constantFrom(ada, grace, third),
      after: fc.integer({ min: 0, max: 2 * HOUR }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let current: BreakGlass | undefined
        let at = now
        for (const { userId, after } of steps) {
          at += after
          const before = current
          const confirmed = confirm(current, userId, at)
          if (!confirmed.ok) continue
          const { outcome, record } = confirmed.value
          current = record
          if (outcome !== 'opened') continue
          assert.equal(record.id, before?.id)
          assert.equal(record.approvedBy, userId)
          assert.notEqual(record.requestedBy, record.approvedBy)
          assert.ok(at < record.requestEndsAt)
          assert.equal(record.openUntil, at + HOUR / 2)
        }
      }),
    )
  })
})

test('an emergency session is over when its door closes, or could have', () => {
  assert.equal(emergencyEnd(opened), opened.openUntil)
  assert.equal(emergencyEnd(requested), now + HOUR + HOUR / 2)
})
