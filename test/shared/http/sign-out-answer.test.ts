import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { answerLogoutNext, refuseLogout } from '#shared/http/sign-out-answer.ts'
import { refusal } from '#shared/saml/errors.ts'
import type { Trace, TraceStore } from '#shared/sign-in/ports.ts'
import type { LogoutCause } from '#shared/sign-out/errors.ts'
import { provider } from '#test/shared/sign-in/example.ts'

const attempt = { traceId: 'trc_1', nowMs: 1_772_619_330_000 } as const

describe('answerLogoutNext', () => {
  test('sends the browser to the provider by redirect or with a form', () => {
    const location = 'https://idp.example/slo?SAMLResponse=x'
    const redirect = answerLogoutNext({
      kind: 'departs',
      departure: { binding: 'redirect', location },
    })
    assert.deepEqual([redirect.statusCode, redirect.headers['location']], [302, location])
    const fields = { SAMLResponse: 'x' }
    const action = 'https://idp.example/slo'
    const post = answerLogoutNext({
      kind: 'departs',
      departure: { binding: 'post', action, fields },
    })
    assert.equal(post.statusCode, 200)
    assert.match(post.body, /action="https:\/\/idp\.example\/slo".*name="SAMLResponse"/s)
  })

  test('sends the browser to the product by GET, or shows that it is done', () => {
    const location = 'https://meetings.example/bye'
    const goes = answerLogoutNext({ kind: 'goes', location })
    assert.deepEqual([goes.statusCode, goes.headers['location']], [303, location])
    const stays = answerLogoutNext({ kind: 'stays' })
    assert.equal(stays.statusCode, 200)
    assert.match(stays.body, /<h1>You are signed out<\/h1>/)
  })
})

/** Refuses a logout; with a fault, the trace is not stored. */
async function refuse(t: TestContext, cause: LogoutCause, fault?: Error) {
  const info = t.mock.method(console, 'info', () => undefined)
  const error = t.mock.method(console, 'error', () => undefined)
  const recorded: Trace[] = []
  const traces: TraceStore = {
    record: async (trace) => {
      if (fault) throw fault
      recorded.push(trace)
    },
  }
  const refused = { refusal: refusal(cause, { got: 'something' }), idp: provider }
  const answer = await refuseLogout(traces, refused, attempt)
  const lines = [info, error].flatMap(({ mock }) => mock.calls.map((call) => call.arguments[0]))
  return { answer, recorded, lines }
}

describe('refuseLogout', () => {
  const statuses = [
    ['signature_missing', 403],
    ['logout_replayed', 403],
    ['session_unknown', 403],
    ['xml_not_base64', 400],
    ['redirect_malformed', 400],
    ['form_malformed', 400],
    ['logout_malformed', 400],
  ] as const
  for (const [cause, status] of statuses) {
    test(`answers ${status} to ${cause}, with the cause in trace and log`, async (t) => {
      const { answer, recorded, lines } = await refuse(t, cause)
      assert.equal(answer.statusCode, status)
      const { kind, orgId, idpId, got } = recorded[0] ?? {}
      assert.equal(recorded[0]?.cause, cause)
      assert.deepEqual(
        [kind, orgId, idpId, got],
        ['logout', provider.orgId, provider.id, 'something'],
      )
      assert.deepEqual(lines, [
        { code: 'logout_refused', traceId: 'trc_1', cause, idpId: provider.id },
      ])
    })
  }

  test('says the same to people whatever the cause, stored or not', async (t) => {
    const pages = await Promise.all([
      refuse(t, 'signature_missing'),
      refuse(t, 'redirect_malformed'),
      refuse(t, 'logout_expired', new Error('DynamoDB is away')),
    ])
    assert.equal(new Set(pages.map(({ answer }) => answer.body)).size, 1)
    assert.doesNotMatch(pages[0]?.answer.body ?? '', /something|signature|Example/)
    const codes = pages.flatMap(({ lines }) => lines.map((line) => (line as { code: string }).code))
    assert.ok(codes.includes('trace_not_stored'))
  })
})
