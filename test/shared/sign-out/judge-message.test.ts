import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { readRedirect } from '#shared/saml/read-redirect.ts'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { judgeMessage } from '#shared/sign-out/judge-message.ts'
import { setAttribute } from '#test/fixtures/saml/edit-xml.ts'
import { redirectLogout, requestId } from '#test/fixtures/saml/logout-messages.ts'
import { admitted, arrival, now, posted, provider } from './example.ts'

const judge = (arrived: Arrival, changes: Partial<IdentityProvider> = {}) =>
  judgeMessage(admitted({ idp: { ...provider, ...changes } }), arrived)

function redirected(algorithm: string): Arrival {
  const read = readRedirect(redirectLogout('SAMLRequest', { algorithm }))
  assert.ok(read.ok)
  const { bytes, signature } = read.value
  return {
    ...arrival,
    parameter: 'SAMLRequest',
    message: { binding: 'redirect', bytes, signature },
  }
}

const request = posted('SAMLRequest')
const sha1 = redirected('http://www.w3.org/2000/09/xmldsig#rsa-sha1')
const former = posted(
  'SAMLRequest',
  setAttribute('samlp:LogoutRequest', 'Destination', 'https://old.example/saml/slo'),
)
const knownAs = { publicUrl: 'https://old.example', identifiers: 'shared' } as const
const endingAt = (notAfter: number) => ({
  signingKeys: provider.signingKeys.map((key) => ({ ...key, notAfter })),
})
const blocking = { expiredCertificates: 'block' } as const

describe('judgeMessage', () => {
  const taken: readonly (readonly [string, Arrival, Partial<IdentityProvider>, string[]])[] = [
    ['a message without anything to note', request, {}, []],
    ['SHA-1 where it is allowed', sha1, { allowsSha1: true }, ['sha1_signature']],
    ['an expired certificate', request, endingAt(now - 1), ['certificate_expired']],
    ['one in its last second', request, { ...endingAt(now), ...blocking }, []],
    ['what was sent to whom we were before', former, { knownAs }, ['former_identity']],
  ]
  for (const [name, arrived, changes, notes] of taken) {
    test(`takes ${name}`, () => {
      const judged = judge(arrived, changes)
      assert.ok(judged.ok)
      assert.deepEqual(judged.value.notes, notes)
      assert.equal(judged.value.verified.id, requestId)
      assert.equal(judged.value.keyFingerprint, 'provider')
    })
  }

  const strangers = { signingKeys: provider.signingKeys.slice(1) }
  const refused: readonly (readonly [string, string, Arrival, Partial<IdentityProvider>])[] = [
    ['SHA-1', 'signature_algorithm', sha1, {}],
    ['a key that is not of the provider', 'signature_invalid', request, strangers],
    ['another provider than signed it', 'logout_issuer', request, { entityId: 'urn:other' }],
    ['what was sent to somebody else', 'logout_destination', former, {}],
    [
      'a request under the name of a response',
      'logout_malformed',
      { ...request, parameter: 'SAMLResponse' },
      {},
    ],
    [
      'what comes late by the tolerance of the provider',
      'logout_expired',
      { ...request, nowMs: (now - 2 + 300 + 5) * 1000 },
      { clockSkewSeconds: 5 },
    ],
  ]
  for (const [name, cause, arrived, changes] of refused) {
    test(`refuses ${name}`, () => {
      const judged = judge(arrived, changes)
      assert.ok(!judged.ok)
      assert.equal(judged.error.refusal.cause, cause)
      assert.equal(judged.error.idp?.id, provider.id)
      assert.equal(judged.error.keyFingerprint, undefined)
    })
  }

  test('refuses an expired certificate where it blocks, and tells which', () => {
    const idp = { ...provider, ...endingAt(now - 1), ...blocking }
    const refusal = { cause: 'certificate_expired' }
    const error = { refusal, idp, keyFingerprint: 'provider' }
    assert.deepEqual(judge(request, idp), { ok: false, error })
  })
})
