import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { endpoint, type Handle, type Unexpected } from '#shared/http/endpoint.ts'
import { json } from '#shared/http/respond.ts'
import { signInFailed } from '#shared/http/sign-in-error.ts'
import { apiEvent } from './api-event.ts'

const secret = 'cred_secret ada@example.com'

/** Invokes as Lambda does, and keeps the log. */
async function invoke(t: TestContext, handle: Handle, unexpected?: Unexpected) {
  const logs = (['info', 'warn', 'error'] as const).map((level) =>
    t.mock.method(console, level, () => undefined),
  )
  // Lambda's context holds nothing that we read.
  const answer = await endpoint(handle, unexpected)(apiEvent(), {} as Context)
  const lines = logs.flatMap(({ mock }) =>
    mock.calls.map(({ arguments: [line] }) => line as object),
  )
  return { answer, lines }
}

describe('endpoint', () => {
  test('hands the request on and the answer back', async (t) => {
    const { answer, lines } = await invoke(t, ({ path }) => Promise.resolve(json(200, { path })))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, '{"path":"/example"}')
    assert.deepEqual(lines, [])
  })

  const thrown: readonly (readonly [string, Handle])[] = [
    ['what is thrown late', () => Promise.reject(new Error(secret))],
    [
      'what is thrown at once',
      () => {
        throw new Error(secret)
      },
    ],
    [
      'an error with a status of its own',
      () => Promise.reject(Object.assign(new Error(secret), { statusCode: 403, expose: true })),
    ],
    [
      'an error with a cause',
      () => Promise.reject(new Error('write failed', { cause: new Error(secret) })),
    ],
    ['what is no error', () => Promise.reject(secret)],
  ]
  for (const [name, handle] of thrown) {
    test(`makes ${name} a bare 500, and logs it once`, async (t) => {
      const { answer, lines } = await invoke(t, handle)
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.body, '{"error":"server_error","requestId":"request-1"}')
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.ok(!JSON.stringify(answer).includes(secret))
      assert.equal(lines.length, 1)
      assert.ok(JSON.stringify(lines).includes(secret))
      const { error: _, ...fields } = lines[0] as { error: object }
      assert.deepEqual(fields, {
        code: 'request_failed',
        requestId: 'request-1',
        route: 'POST /example',
      })
    })
  }

  test('shows people a page instead, whose trace id is in the log', async (t) => {
    const { answer, lines } = await invoke(t, () => Promise.reject(new Error(secret)), signInFailed)
    assert.equal(answer.statusCode, 500)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.ok(!answer.body.includes(secret))
    const [, traceId] = /<code id="trace-id">(trc_[0-9a-f]{32})</.exec(answer.body) ?? []
    assert.ok(traceId)
    assert.ok(lines.some((line) => JSON.stringify(line).includes(traceId)))
    assert.ok(lines.every((line) => JSON.stringify(line).includes('request-1')))
  })
})
