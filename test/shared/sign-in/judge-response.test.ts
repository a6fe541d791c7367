import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { judgeResponse } from '#shared/sign-in/judge-response.ts'
import type { Found, SignInRequest } from '#shared/sign-in/ports.ts'
import type { Submission } from '#shared/sign-in/submission.ts'
import type { Edit } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { idp as entityId, identity, requestId } from '#test/fixtures/saml/plain-response.ts'
import { found, now, provider, request, submission, unsolicited, unverified } from './example.ts'

type Changes = {
  idp?: Partial<IdentityProvider>
  request?: Partial<SignInRequest>
  found?: Partial<Found>
  submission?: Partial<Submission>
  edit?: Edit
}

/** Judges the plain response with something changed in it or in what is known. */
const judge = (changes: Changes = {}) =>
  judgeResponse(
    unverified(changes.edit),
    {
      ...found,
      idp: { ...provider, ...changes.idp },
      request: { ...request, ...changes.request },
      ...changes.found,
    },
    { ...submission(), ...changes.submission },
  )

describe('judgeResponse', () => {
  test('answers what the provider asserted, whose it is and what it answers', () => {
    const judged = judge()
    assert.ok(judged.ok)
    assert.deepEqual(judged.value, {
      idp: provider,
      assertion: identity,
      profile: { email: 'ada.lovelace@example.com' },
      request,
    })
  })

  test('takes a response without a request where the provider may send one', () => {
    const judged = judge({ edit: unsolicited, found: { request: undefined } })
    assert.ok(judged.ok)
    assert.equal(judged.value.request, undefined)
  })

  const refused: readonly (readonly [name: string, cause: string, Changes])[] = [
    ['an inactive provider', 'idp_inactive', { idp: { state: 'inactive' } }],
    [
      "a response of a shared provider at an organization's ACS",
      'organization_mismatch',
      { submission: { scope: provider.orgId } },
    ],
    [
      "a response of an organization's provider at the shared ACS",
      'organization_mismatch',
      { idp: { identifiers: 'organization' } },
    ],
    [
      "a response at another organization's ACS",
      'organization_mismatch',
      { idp: { identifiers: 'organization' }, submission: { scope: 'org_2' } },
    ],
    [
      'an unsolicited response where none may come',
      'unsolicited_forbidden',
      { idp: { allowsUnsolicited: false }, edit: unsolicited, found: { request: undefined } },
    ],
    ['an answer to no request of ours', 'request_unknown', { found: { request: undefined } }],
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
      { submission: { serviceProvider: { ...submission().serviceProvider, entityId: 'other' } } },
    ],
    [
      'a response for another address',
      'response_destination',
      { submission: { serviceProvider: { ...submission().serviceProvider, acsUrl: 'other' } } },
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
  ]
  for (const [name, cause, changes] of refused) {
    test(`refuses ${name}, and knows whose it is`, () => {
      const judged = judge(changes)
      assert.ok(!judged.ok)
      assert.equal(judged.error.refusal.cause, cause)
      assert.equal(judged.error.idp?.id, provider.id)
    })
  }

  test('takes an answer in the last second of its request', () => {
    assert.equal(judge({ request: { validUntil: now + 1 } }).ok, true)
  })

  test('refuses a provider that it does not know, and says which', () => {
    assert.deepEqual(judge({ found: { idp: undefined } }), {
      ok: false,
      error: { refusal: { cause: 'idp_unknown', got: entityId } },
    })
  })

  test('says which request it was', () => {
    const judged = judge({ request: { isUsed: true } })
    assert.ok(!judged.ok)
    assert.deepEqual(judged.error.refusal, { cause: 'request_used', got: requestId })
  })

  test('refuses a subject that is not the one that was looked up', () => {
    const somebodyElse = { ...unverified(), unverifiedNameId: 'eve' }
    const judged = judgeResponse(somebodyElse, found, submission())
    assert.ok(!judged.ok)
    assert.equal(judged.error.refusal.cause, 'subject_missing')
  })

  test('takes the second key of a rotation, and says which key it was', () => {
    const judged = judgeResponse(unverified(undefined, keys.next), found, submission())
    assert.ok(judged.ok)
    assert.equal(judged.value.assertion.keyIndex, 1)
  })
})
