import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { log } from '#shared/log.ts'

/** What reaches the console at a level. */
function linesOf(t: TestContext, level: 'info' | 'warn' | 'error') {
  const { mock } = t.mock.method(console, level, () => undefined)
  return () => mock.calls.map(({ arguments: given }) => given)
}

describe('log', () => {
  for (const level of ['info', 'warn'] as const) {
    test(`writes one object with its code at level ${level}`, (t) => {
      const lines = linesOf(t, level)
      log[level]('token_redeemed', { userId: 'usr_1', count: 2 })
      log[level]('started')
      assert.deepEqual(lines(), [
        [{ code: 'token_redeemed', userId: 'usr_1', count: 2 }],
        [{ code: 'started' }],
      ])
    })
  }

  test('tells of an error its name, message, stack and cause', (t) => {
    const lines = linesOf(t, 'error')
    const error = new TypeError('write failed', { cause: new Error('table is away') })
    log.error('request_failed', error, { requestId: 'request-1' })
    const { name, message, stack } = error
    const described = { name, message, stack, cause: 'Error: table is away' }
    assert.deepEqual(lines(), [
      [{ code: 'request_failed', requestId: 'request-1', error: described }],
    ])
  })

  test('says nothing of a cause where there is none', (t) => {
    const lines = linesOf(t, 'error')
    const error = new Error('write failed')
    log.error('request_failed', error)
    const { name, message, stack } = error
    assert.deepEqual(lines(), [[{ code: 'request_failed', error: { name, message, stack } }]])
  })

  test('tells of what is no error what it is', (t) => {
    const lines = linesOf(t, 'error')
    log.error('request_failed', 'a text')
    log.error('request_failed', undefined)
    assert.deepEqual(lines(), [
      [{ code: 'request_failed', error: { message: 'a text' } }],
      [{ code: 'request_failed', error: { message: 'undefined' } }],
    ])
  })
})
