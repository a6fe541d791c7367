import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { concludeLogout } from '#shared/sign-out/conclude-logout.ts'
import { logoutHandle } from '#shared/sign-out/logout-handle.ts'
import { type Edit, setAttribute } from '#test/fixtures/saml/edit-xml.ts'
import { answeredId } from '#test/fixtures/saml/logout-messages.ts'
import { admitted, judged, now, outstanding, ports, posted } from './example.ts'

type Stored = Parameters<typeof ports>[0]

async function conclude(arrived: Arrival, stored: Stored = {}) {
  const { signOuts, calls } = ports(stored)
  const result = await concludeLogout(signOuts, admitted(stored), judged(arrived), arrived)
  return { result, calls }
}

const relayState = logoutHandle(answeredId)
const saying = (edit?: Edit) => ({ ...posted('SAMLResponse', edit), relayState })
const response = saying()
const status = (code: string) =>
  setAttribute('samlp:StatusCode', 'Value', `urn:oasis:names:tc:SAML:2.0:status:${code}`)

describe('concludeLogout', () => {
  test('takes the answer, and sends the browser to the product', async () => {
    const { result, calls } = await conclude(response)
    const location = 'https://meetings.example/bye'
    assert.deepEqual(result, { ok: true, value: { kind: 'goes', location } })
    assert.deepEqual(calls, ['takeAnswer'])
  })

  const noted = [
    ['a RelayState that is another', { ...response, relayState: 'x' }, 'relay_state_changed'],
    ['no RelayState', { ...response, relayState: undefined }, 'relay_state_changed'],
    ['that the provider failed', saying(status('Responder')), 'logout_failed'],
  ] as const
  for (const [name, arrived, note] of noted) {
    test(`notes ${name}`, async () => {
      const { result, calls } = await conclude(arrived)
      assert.ok(result.ok)
      assert.deepEqual(calls, [`takeAnswer ${note}`])
    })
  }

  test('notes that not all sessions ended', async () => {
    const code = 'urn:oasis:names:tc:SAML:2.0:status:PartialLogout'
    const partial = (xml: string) =>
      xml.replace(/Success"\/>/, `Success"><samlp:StatusCode Value="${code}"/></samlp:StatusCode>`)
    const { calls } = await conclude(saying(partial))
    assert.deepEqual(calls, ['takeAnswer logout_partial'])
  })

  const otherId = setAttribute('samlp:LogoutResponse', 'InResponseTo', '_unknown')
  const noId = (xml: string) => xml.replace(/ InResponseTo="[^"]*"/, '')
  const refused: readonly (readonly [string, string, Arrival, Stored, string[]])[] = [
    ['an answer to nothing', 'logout_unknown', response, { outstanding: undefined }, []],
    ['an answer to another request', 'logout_unknown', saying(otherId), {}, []],
    ['one that names no request', 'logout_in_response_to', saying(noId), {}, []],
    [
      'an answer to what another provider was asked',
      'logout_of_another_idp',
      response,
      { outstanding: { ...outstanding, idpId: 'idp_2' } },
      [],
    ],
    [
      'a second answer',
      'logout_answered',
      response,
      { outstanding: { ...outstanding, isAnswered: true } },
      [],
    ],
    [
      'an answer that comes late',
      'logout_late',
      response,
      { outstanding: { ...outstanding, validUntil: now } },
      [],
    ],
    [
      'an answer that another call has taken',
      'logout_answered',
      response,
      { isTaken: false },
      ['takeAnswer'],
    ],
  ]
  for (const [name, cause, arrived, stored, done] of refused) {
    test(`refuses ${name}`, async () => {
      const { result, calls } = await conclude(arrived, stored)
      assert.ok(!result.ok)
      assert.deepEqual(
        [result.error.refusal.cause, result.error.keyFingerprint],
        [cause, 'provider'],
      )
      assert.deepEqual(calls, done)
    })
  }
})
