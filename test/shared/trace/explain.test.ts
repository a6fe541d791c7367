import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Trace } from '#shared/sign-in/ports.ts'
import { explain } from '#shared/trace/explain.ts'
import { summarize } from '#shared/trace/summarize.ts'

const trace: Trace = {
  id: 'trc_1',
  at: 1_772_619_330,
  orgId: 'org_1',
  idpId: 'idp_1',
  outcome: 'refused',
  cause: 'audience',
  stage: 'assertion',
  got: 'https://other.example',
  want: 'https://sp.example',
  keyFingerprint: 'ab12',
  message: '<samlp:Response/>',
}

describe('explain', () => {
  test('says where a sign-in failed, what it passed before and how to mend it', () => {
    const { stages, hint, at, ...rest } = explain(trace)
    assert.equal(at, '2026-03-04T10:15:30.000Z')
    assert.equal(rest.got, trace.got)
    assert.equal(rest.message, trace.message)
    const outcomes = stages.map(({ stage, outcome }) => `${stage} ${outcome}`)
    assert.deepEqual(outcomes, [
      'message passed',
      'provider passed',
      'document passed',
      'request passed',
      'verification passed',
      'envelope passed',
      'assertion failed',
      'policy not_reached',
      'person not_reached',
      'landing not_reached',
      'account not_reached',
    ])
    assert.match(hint ?? '', /audience must be our entity ID/)
  })

  test('says where that is in the product at hand', () => {
    assert.match(explain(trace, 'okta').hint ?? '', /Audience URI \(SP Entity ID\)/)
    assert.match(explain(trace, 'keycloak').hint ?? '', /Client ID/)
    assert.doesNotMatch(explain(trace, 'shibboleth').hint ?? '', /Client ID/)
  })

  test('has a success pass everything, and mends nothing', () => {
    const { cause: _, stage: __, ...success } = trace
    const explained = explain({ ...success, outcome: 'succeeded' })
    assert.ok(explained.stages.every(({ outcome }) => outcome === 'passed'))
    assert.equal(explained.hint, undefined)
  })

  test('knows the stages of a logout, and of a start', () => {
    const logout = { ...trace, kind: 'logout', cause: 'logout_replayed', stage: 'session' } as const
    const { stages, hint } = explain(logout)
    assert.deepEqual(stages.at(-1), { stage: 'session', outcome: 'failed' })
    assert.equal(stages.length, 6)
    assert.match(hint ?? '', /second time/)
    const start = explain({ ...trace, kind: 'start', cause: 'idp_inactive', stage: 'provider' })
    assert.deepEqual(
      start.stages.map(({ stage, outcome }) => `${stage} ${outcome}`),
      ['message passed', 'provider failed', 'landing not_reached'],
    )
  })

  test('claims nothing of a response that became a request of ours but that it was read', () => {
    const { cause: _, stage: __, ...rest } = trace
    const { stages } = explain({ ...rest, outcome: 'restarted' })
    const passed = stages.filter(({ outcome }) => outcome === 'passed').map(({ stage }) => stage)
    assert.deepEqual(passed, ['message', 'provider', 'document'])
    assert.ok(stages.every(({ outcome }) => outcome !== 'failed'))
  })
})

test('summarize leaves the message out of a line of a list', () => {
  const line = summarize(trace)
  assert.equal('message' in line, false)
  assert.equal(line.organization, 'org_1')
  assert.equal(line.provider, 'idp_1')
})
