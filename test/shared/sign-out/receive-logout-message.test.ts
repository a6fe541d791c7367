import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { logoutHandle } from '#shared/sign-out/logout-handle.ts'
import { receiveLogoutMessage } from '#shared/sign-out/receive-logout-message.ts'
import { answeredId } from '#test/fixtures/saml/logout-messages.ts'
import { ports, posted, provider, subject } from './example.ts'

type Stored = Parameters<typeof ports>[0]

async function receive(arrived: Arrival, stored: Stored = {}) {
  const { signOuts, sign, ...seen } = ports(stored)
  return { result: await receiveLogoutMessage({ signOuts, sign }, arrived), ...seen }
}

const request = posted('SAMLRequest')
const response = posted('SAMLResponse')

describe('receiveLogoutMessage', () => {
  test('answers a request', async () => {
    const { result, calls, endings } = await receive(request)
    assert.equal(result.ok && result.value.kind, 'departs')
    assert.deepEqual(calls, ['find', 'sign', 'end'])
    assert.deepEqual(endings[0]?.subject, subject)
  })

  test('takes the answer to a request of ours', async () => {
    const relayState = logoutHandle(answeredId)
    const { result, calls } = await receive({ ...response, relayState })
    assert.equal(result.ok && result.value.kind, 'goes')
    assert.deepEqual(calls, ['find', 'takeAnswer'])
  })

  test('looks the person up once more where the text hides the NameID from a search', async () => {
    const extensions = '<samlp:Extensions><saml:NameID>G-0043</saml:NameID></samlp:Extensions>'
    const edit = (xml: string) => xml.replace('<saml:NameID', `${extensions}$&`)
    const { result, calls, lookups, endings } = await receive(posted('SAMLRequest', edit))
    assert.ok(result.ok)
    assert.deepEqual(calls, ['find', 'findSubject', 'sign', 'end'])
    assert.equal(lookups[0]?.nameId, 'G-0043')
    assert.deepEqual(endings[0]?.subject, subject)
  })

  const inactive = { ...provider, state: 'inactive' } as const
  const disguised = { ...request, parameter: 'SAMLResponse' } as const
  const refused: readonly (readonly [string, string, Arrival, Stored, string[]])[] = [
    ['one of a provider that is not let in', 'idp_inactive', request, { idp: inactive }, ['find']],
    ['one that cannot be verified', 'logout_malformed', disguised, {}, ['find']],
    [
      'a request that was here before',
      'logout_replayed',
      request,
      { error: 'replayed' },
      ['find', 'sign', 'end'],
    ],
    ['an answer to nothing', 'logout_unknown', response, { outstanding: undefined }, ['find']],
  ]
  for (const [name, cause, arrived, stored, done] of refused) {
    test(`refuses ${name}, and hands it on only where its provider was let in`, async () => {
      const { result, calls } = await receive(arrived, stored)
      assert.ok(!result.ok)
      const { refusal, bytes } = result.error
      assert.equal(refusal.cause, cause)
      assert.equal(bytes, cause === 'idp_inactive' ? undefined : arrived.message.bytes)
      assert.deepEqual(calls, done)
    })
  }
})
