import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusal } from '#shared/saml/errors.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { refusalTrace } from '#shared/sign-in/refusal-trace.ts'
import type { Refused } from '#shared/sign-in/refused.ts'
import { provider } from './example.ts'

const attempt = { traceId: 'trc_1', nowMs: 1_772_619_330_999 } as const

describe('refusalTrace', () => {
  test('tells an organization what was refused at its provider, and why', () => {
    const refused: Refused = {
      refusal: refusal('audience', { got: 'a', want: 'b' }),
      stage: 'assertion',
      idp: provider,
    }
    assert.deepEqual(refusalTrace(refused, attempt), {
      id: 'trc_1',
      at: 1_772_619_330,
      outcome: 'refused',
      cause: 'audience',
      got: 'a',
      want: 'b',
      stage: 'assertion',
      orgId: provider.orgId,
      idpId: provider.id,
    })
  })

  test('names no organization where nobody knows whose response it was', () => {
    assert.deepEqual(
      refusalTrace({ refusal: refusal('idp_unknown'), stage: 'provider' }, attempt),
      {
        id: 'trc_1',
        at: 1_772_619_330,
        outcome: 'refused',
        cause: 'idp_unknown',
        stage: 'provider',
      },
    )
  })

  const { root: response } = scanXml(Buffer.from(`<a>${'<b ID="long"/><c/>'.repeat(500)}</a>`))
  const refused: Refused = { refusal: refusal('audience'), stage: 'assertion', response }
  const messageOf = (changes: Partial<Refused>) =>
    refusalTrace({ ...refused, ...changes }, attempt).message?.length ?? 0

  test('shows the message to the organization whose provider it is, and to nobody else', () => {
    assert.equal(messageOf({}), 0)
    assert.ok(messageOf({ idp: provider }) > 0)
  })

  test('keeps less of what nothing vouches for', () => {
    assert.ok(messageOf({ idp: provider }) < 4200)
    assert.ok(messageOf({ idp: provider, keyFingerprint: 'ab' }) > 8000)
  })

  test('says that it was the start of a sign-in', () => {
    const { kind } = refusalTrace(refused, { ...attempt, kind: 'start' })
    assert.equal(kind, 'start')
  })
})
