import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { UnwrapKey } from '#shared/saml/decrypt-response.ts'
import { judgeResponse } from '#shared/sign-in/judge-response.ts'
import type { SignInRequest } from '#shared/sign-in/ports.ts'
import type { Submission } from '#shared/sign-in/submission.ts'
import { type Edit, inOrder, setAttribute, setContent } from '#test/fixtures/saml/edit-xml.ts'
import { keys, type SigningKey } from '#test/fixtures/saml/keys.ts'
import { identity, requestId } from '#test/fixtures/saml/plain-response.ts'
import { now, provider, request, submission, unsolicited, unverified } from './example.ts'

const expired = provider.signingKeys.map((key) => ({ ...key, notAfter: now - 1 }))

type Changes = {
  idp?: Partial<IdentityProvider>
  request?: Partial<SignInRequest> | 'none'
  key?: SigningKey
  submission?: Partial<Submission>
  edit?: Edit
}

const neverAsked: UnwrapKey = () => assert.fail('nothing is encrypted')

/** Judges the plain response with something changed in it or in what is known. */
const judge = (changes: Changes = {}) =>
  judgeResponse(
    {
      unverified: unverified(changes.edit, changes.key),
      idp: { ...provider, ...changes.idp },
      request: changes.request === 'none' ? undefined : { ...request, ...changes.request },
    },
    neverAsked,
    { ...submission(), ...changes.submission },
  )

const time = setAttribute('saml:AuthnStatement', 'AuthnInstant', '2026-03-04T10:00:00Z')

describe('judgeResponse', () => {
  test('answers what the provider asserted, whose it is and what it answers', async () => {
    const judged = await judge()
    assert.ok(judged.ok)
    assert.deepEqual(judged.value, {
      idp: provider,
      assertion: identity,
      profile: { email: 'ada.lovelace@example.com' },
      subject: identity.nameId.value,
      isKnownByAttribute: false,
      groups: identity.attributes.get('groups'),
      request,
      keyFingerprint: 'provider',
      notes: [],
    })
  })

  test('takes a response without a request where the provider may send one', async () => {
    const judged = await judge({ edit: unsolicited, request: 'none' })
    assert.ok(judged.ok)
    assert.equal(judged.value.request, undefined)
  })

  const refused: readonly (readonly [name: string, cause: string, Changes])[] = [
    [
      'an answer to the request for another provider',
      'request_of_another_idp',
      { request: { idpId: 'idp_2' } },
    ],
    ['a second answer to a request', 'request_used', { request: { isUsed: true } }],
    [
      'an answer in the second when the request expires',
      'request_expired',
      { request: { validUntil: now } },
    ],
    [
      'an answer to another request than the one that was looked up',
      'in_response_to',
      { request: { requestId: '_other' } },
    ],
    [
      'a signature of a key that is not configured',
      'signature_invalid',
      { idp: { signingKeys: provider.signingKeys.slice(1) } },
    ],
    [
      'an assertion that is for another service provider',
      'audience',
      { edit: setContent('saml:Audience', 'https://other.example/saml/sp') },
    ],
    [
      'a response for another address',
      'response_destination',
      { edit: setAttribute('samlp:Response', 'Destination', 'https://other.example/saml/acs') },
    ],
    [
      'a response that is late',
      'subject_confirmation_expired',
      { submission: { nowMs: (now + 450) * 1000 }, request: { validUntil: now + 600 } },
    ],
    [
      'an address in a domain that is not verified',
      'email_domain_not_verified',
      { idp: { verifiedDomains: ['example.org'] } },
    ],
    [
      'a plain assertion of a provider that has to encrypt',
      'assertion_not_encrypted',
      { idp: { requiresEncryption: true } },
    ],
    [
      'an expired certificate where that is the policy',
      'certificate_expired',
      { idp: { signingKeys: expired, expiredCertificates: 'block' } },
    ],
    [
      'an old sign-in where a fresh one was asked for',
      'authn_too_old',
      { request: { forceAuthn: true, issuedAt: now - 60 }, edit: time },
    ],
    [
      'another kind of sign-in than was asked for',
      'authn_context',
      { request: { authnContext: ['urn:example:mfa'] } },
    ],
  ]
  for (const [name, cause, changes] of refused) {
    test(`refuses ${name}, and knows whose it is`, async () => {
      const judged = await judge(changes)
      assert.ok(!judged.ok)
      assert.equal(judged.error.refusal.cause, cause)
      assert.equal(judged.error.idp?.id, provider.id)
    })
  }

  test('takes an answer in the last second of its request', async () => {
    assert.equal((await judge({ request: { validUntil: now + 1 } })).ok, true)
  })

  test('says which request it was', async () => {
    const judged = await judge({ request: { isUsed: true } })
    assert.ok(!judged.ok)
    assert.deepEqual(judged.error.refusal, { cause: 'request_used', got: requestId })
  })

  test('takes the second key of a rotation, and says which key it was', async () => {
    const judged = await judge({ key: keys.next })
    assert.ok(judged.ok)
    assert.equal(judged.value.assertion.keyIndex, 1)
  })

  test('says which key it was also of what it refuses then', async () => {
    const judged = await judge({ key: keys.next, idp: { verifiedDomains: [] } })
    assert.ok(!judged.ok)
    assert.equal(judged.error.keyFingerprint, 'next')
  })

  const fresh = [
    ['a sign-in after the request', { issuedAt: now - 91 }],
    ['a sign-in before it, as far as clocks differ', { issuedAt: now + 30 }],
  ] as const
  for (const [name, changes] of fresh) {
    test(`takes ${name} where a fresh one was asked for`, async () => {
      assert.equal((await judge({ request: { forceAuthn: true, ...changes } })).ok, true)
    })
  }

  test('takes one of the kinds of sign-in that were asked for', async () => {
    const authnContext = ['urn:example:mfa', identity.authnContext]
    assert.equal((await judge({ request: { authnContext } })).ok, true)
  })

  const former = { publicUrl: 'https://old.example.net', identifiers: 'shared' } as const
  const forFormer = inOrder(
    setAttribute('samlp:Response', 'Destination', 'https://old.example.net/saml/acs'),
    setAttribute('saml:SubjectConfirmationData', 'Recipient', 'https://old.example.net/saml/acs'),
    setContent('saml:Audience', 'https://old.example.net/saml/sp'),
  )
  test('takes us for who we were before, until an admin says that it knows better', async () => {
    const judged = await judge({ edit: forFormer, idp: { knownAs: former } })
    assert.ok(judged.ok)
    assert.deepEqual(judged.value.notes, ['former_identity'])
    const later = await judge({ edit: forFormer })
    assert.ok(!later.ok)
    assert.equal(later.error.refusal.cause, 'response_destination')
    assert.equal((await judge({ idp: { knownAs: former } })).ok, true)
  })

  const noted = [
    ['an expired certificate', 'certificate_expired', { idp: { signingKeys: expired } }],
    ['another RelayState', 'relay_state_changed', { submission: { relayState: 'x' } }],
    ['a lost RelayState', 'relay_state_changed', { submission: { relayState: undefined } }],
  ] as const
  for (const [name, note, changes] of noted) {
    test(`takes ${name}, and notes it`, async () => {
      const judged = await judge(changes)
      assert.ok(judged.ok)
      assert.deepEqual(judged.value.notes, [note])
    })
  }
})
