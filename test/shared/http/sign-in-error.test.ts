import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { refuseSignIn } from '#shared/http/sign-in-error.ts'
import { refusal } from '#shared/saml/errors.ts'
import type { SignInCause } from '#shared/sign-in/errors.ts'
import type { Trace, TraceStore } from '#shared/sign-in/ports.ts'
import { provider } from '#test/shared/sign-in/example.ts'

const attempt = { traceId: 'trc_1', nowMs: 1_772_619_330_000 } as const

/** Refuses a sign-in; with a fault, the trace is not stored. */
async function refuse(t: TestContext, cause: SignInCause, fault?: Error) {
  const info = t.mock.method(console, 'info', () => undefined)
  const error = t.mock.method(console, 'error', () => undefined)
  const recorded: Trace[] = []
  const traces: TraceStore = {
    record: async (trace) => {
      if (fault) throw fault
      recorded.push(trace)
    },
  }
  const stage = 'assertion' as const
  const refused = { refusal: refusal(cause, { got: 'something' }), stage, idp: provider }
  const answer = await refuseSignIn(traces, refused, attempt)
  const lines = [info, error].flatMap(({ mock }) => mock.calls.map((call) => call.arguments[0]))
  return { answer, recorded, lines }
}

describe('refuseSignIn', () => {
  const statuses = [
    ['signature_invalid', 403],
    ['user_suspended', 403],
    ['xml_not_base64', 400],
    ['form_malformed', 400],
    ['response_malformed', 400],
  ] as const
  for (const [cause, status] of statuses) {
    test(`answers ${status} to ${cause}, with the cause in trace and log`, async (t) => {
      const { answer, recorded, lines } = await refuse(t, cause)
      assert.equal(answer.statusCode, status)
      assert.equal(recorded[0]?.cause, cause)
      assert.deepEqual(lines, [
        { code: 'sign_in_refused', traceId: 'trc_1', cause, idpId: provider.id },
      ])
    })
  }

  test('says the same to people whatever the cause (R40)', async (t) => {
    const pages = await Promise.all(
      (['signature_invalid', 'email_in_use', 'xml_limit'] as const).map((cause) =>
        refuse(t, cause),
      ),
    )
    assert.equal(new Set(pages.map(({ answer }) => answer.body)).size, 1)
    assert.doesNotMatch(pages[0]?.answer.body ?? '', /something|signature|Example/)
  })

  test('answers the same when the trace cannot be stored, and logs that', async (t) => {
    const { answer } = await refuse(t, 'audience')
    const faulty = await refuse(t, 'audience', new Error('DynamoDB is away'))
    assert.deepEqual(faulty.answer, answer)
    const codes = faulty.lines.map((line) => (line as { code: string }).code)
    assert.ok(codes.includes('trace_not_stored'))
  })
})
