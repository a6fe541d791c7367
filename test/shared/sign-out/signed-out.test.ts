import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isSignedOut, withEnded } from '#shared/sign-out/signed-out.ts'

const DAY_MS = 24 * 3600 * 1000
const atMs = 1_772_619_330_500
const at = 1_772_619_330
const session = { sid: 'a', signedInAtMs: atMs - 1, assertedAt: at - 2 }
const later = { ...session, signedInAtMs: atMs + 1 }

describe('isSignedOut', () => {
  const cases = [
    ['nothing has ended', session, undefined, false],
    ['the session has ended', session, { sessions: { a: { atMs } } }, true],
    ['another session has ended', session, { sessions: { b: { atMs } } }, false],
    ['all sessions have ended', session, { all: { atMs } }, true],
    [
      'the sign-in is of the same millisecond',
      { ...session, signedInAtMs: atMs },
      { all: { atMs } },
      true,
    ],
    ['the sign-in is later', later, { all: { atMs }, sessions: { a: { atMs } } }, false],
    [
      'the sign-in is later, but what the provider asserted is from before',
      later,
      { sessions: { a: { atMs, issuedBefore: at } } },
      true,
    ],
    [
      'sign-in and assertion are later',
      { ...later, assertedAt: at },
      { all: { atMs, issuedBefore: at } },
      false,
    ],
    ['the id is a name that all objects have', { ...session, sid: 'constructor' }, {}, false],
  ] as const
  for (const [name, signedIn, signedOut, expected] of cases) {
    test(`says ${expected} where ${name}`, () => {
      assert.equal(isSignedOut(signedIn, signedOut), expected)
    })
  }
})

describe('withEnded', () => {
  test('ends some sessions, or all', () => {
    const some = withEnded({}, ['a', 'b'], { atMs })
    assert.deepEqual(some, { sessions: { a: { atMs }, b: { atMs } } })
    const all = withEnded(some, undefined, { atMs: atMs + 1, issuedBefore: at })
    assert.deepEqual(all, { ...some, all: { atMs: atMs + 1, issuedBefore: at } })
  })

  test('never takes an end back', () => {
    const before = withEnded({}, ['a'], { atMs, issuedBefore: at })
    const after = withEnded(before, ['a'], { atMs: atMs - 10 })
    assert.deepEqual(after, { sessions: { a: { atMs, issuedBefore: at } } })
  })

  test('keeps what has ended for a week, and the newest hundred', () => {
    const old = withEnded({}, ['old'], { atMs })
    const kept = withEnded(old, ['new'], { atMs: atMs + 7 * DAY_MS - 1 })
    assert.deepEqual(new Set(Object.keys(kept.sessions ?? {})), new Set(['new', 'old']))
    const dropped = withEnded(old, ['new'], { atMs: atMs + 7 * DAY_MS })
    assert.deepEqual(Object.keys(dropped.sessions ?? {}), ['new'])
    const names = Array.from({ length: 100 }, (_, i) => `s${i}`)
    const full = withEnded(old, names, { atMs: atMs + 1 })
    assert.deepEqual(new Set(Object.keys(full.sessions ?? {})), new Set(names))
  })

  test('signs out all that it names, whatever was before, and nobody who comes later', () => {
    const ended = fc.record({ atMs: fc.integer({ min: atMs - 1000, max: atMs }) })
    const sids = fc.option(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), {
      nil: undefined,
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(sids, ended)), sids, (before, named) => {
        let signedOut = {}
        for (const [some, when] of before) signedOut = withEnded(signedOut, some, when)
        signedOut = withEnded(signedOut, named, { atMs })
        for (const sid of named ?? ['a', 'b', 'c']) {
          assert.ok(isSignedOut({ ...session, sid }, signedOut))
          assert.ok(!isSignedOut({ ...later, sid }, signedOut))
        }
      }),
    )
  })
})
