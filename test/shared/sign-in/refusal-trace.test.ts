import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusal } from '#shared/saml/errors.ts'
import { refusalTrace } from '#shared/sign-in/refusal-trace.ts'
import { provider } from './example.ts'

const attempt = { traceId: 'trc_1', nowMs: 1_772_619_330_999 } as const

describe('refusalTrace', () => {
  test('tells an organization what was refused at its provider, and why', () => {
    const refused = { refusal: refusal('audience', { got: 'a', want: 'b' }), idp: provider }
    assert.deepEqual(refusalTrace(refused, attempt), {
      id: 'trc_1',
      at: 1_772_619_330,
      outcome: 'refused',
      cause: 'audience',
      got: 'a',
      want: 'b',
      orgId: provider.orgId,
      idpId: provider.id,
    })
  })

  test('names no organization where nobody knows whose response it was', () => {
    assert.deepEqual(refusalTrace({ refusal: refusal('idp_unknown') }, attempt), {
      id: 'trc_1',
      at: 1_772_619_330,
      outcome: 'refused',
      cause: 'idp_unknown',
    })
  })
})
