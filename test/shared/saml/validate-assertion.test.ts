import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileCause } from '#shared/saml/errors.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { validateAssertion } from '#shared/saml/validate-assertion.ts'
import type { Expected } from '#shared/saml/verify-response.ts'
import { onlyChild } from '#shared/saml/xml-tree.ts'
import {
  after,
  before,
  type Edit,
  inOrder,
  setAttribute,
  swap,
  unchanged,
} from '#test/fixtures/saml/edit-xml.ts'
import { expected as forUs, idp, plainResponse, sp } from '#test/fixtures/saml/plain-response.ts'

function validate(edit: Edit, expected: Partial<Expected> = {}) {
  const { root } = scanXml(Buffer.from(plainResponse('none', edit)))
  const assertion = onlyChild(root, ns.assertion, 'Assertion')
  assert.ok(assertion)
  return validateAssertion(assertion, { ...forUs, ...expected })
}

/** At 10:15:30, with two minutes of skew: the last second that is good, and the first that is not. */
const windows: readonly (readonly [string, string, string, string, ProfileCause])[] = [
  ['saml:Assertion', 'IssueInstant', '10:17:30', '10:17:31', 'assertion_from_the_future'],
  ['saml:AuthnStatement', 'AuthnInstant', '10:17:30', '10:17:31', 'assertion_from_the_future'],
  ['saml:Conditions', 'NotBefore', '10:17:30', '10:17:31', 'assertion_not_yet_valid'],
  ['saml:Conditions', 'NotOnOrAfter', '10:13:31', '10:13:30', 'assertion_expired'],
  ['saml:AuthnStatement', 'SessionNotOnOrAfter', '10:13:31', '10:13:30', 'session_expired'],
  [
    'saml:SubjectConfirmationData',
    'NotOnOrAfter',
    '10:13:31',
    '10:13:30',
    'subject_confirmation_expired',
  ],
]
for (const [tag, name, good, bad, cause] of windows) {
  const set = (time: string) => setAttribute(tag, name, `2026-03-04T${time}Z`)
  test(`validateAssertion widens ${name} of ${tag} by the skew, to the second`, () => {
    assert.equal(validate(set(good)), undefined)
    assert.equal(validate(set(bad))?.cause, cause)
  })
  test(`validateAssertion cuts off fractions of ${name} of ${tag}`, () => {
    assert.equal(validate(set(`${good}.9999999`)), undefined)
    assert.equal(validate(set(`${bad}.0000000`))?.cause, cause)
  })
}

const withoutSkew: readonly (readonly [string, string, string, string])[] = [
  ['saml:Assertion', 'IssueInstant', '10:15:30', '10:15:31'],
  ['saml:AuthnStatement', 'AuthnInstant', '10:15:30', '10:15:31'],
  ['saml:Conditions', 'NotBefore', '10:15:30', '10:15:31'],
  ['saml:Conditions', 'NotOnOrAfter', '10:15:31', '10:15:30'],
  ['saml:AuthnStatement', 'SessionNotOnOrAfter', '10:15:31', '10:15:30'],
  ['saml:SubjectConfirmationData', 'NotOnOrAfter', '10:15:31', '10:15:30'],
]
for (const [tag, name, good, bad] of withoutSkew) {
  test(`validateAssertion takes ${name} of ${tag} to the second where no skew is allowed`, () => {
    const set = (time: string) => setAttribute(tag, name, `2026-03-04T${time}Z`)
    assert.equal(validate(set(good), { clockSkewSeconds: 0 }), undefined)
    assert.notEqual(validate(set(bad), { clockSkewSeconds: 0 }), undefined)
  })
}

const restriction = `<saml:AudienceRestriction><saml:Audience>${sp}</saml:Audience></saml:AudienceRestriction>`
const otherAudience = '<saml:Audience>urn:other</saml:Audience>'

const accepted: readonly (readonly [string, Edit])[] = [
  ['the plain one', unchanged],
  ['no NotBefore', setAttribute('saml:Conditions', 'NotBefore')],
  ['no NotOnOrAfter in Conditions', setAttribute('saml:Conditions', 'NotOnOrAfter')],
  ['no SessionNotOnOrAfter', setAttribute('saml:AuthnStatement', 'SessionNotOnOrAfter')],
  [
    'a clock that is five seconds ahead',
    setAttribute('saml:Assertion', 'IssueInstant', '2026-03-04T10:15:35Z'),
  ],
  ['another audience before ours', before('<saml:Audience>', otherAudience)],
  ['another audience behind ours', after('</saml:Audience>', otherAudience)],
  ['the same restriction twice', after('</saml:AudienceRestriction>', restriction)],
  ['OneTimeUse', before('</saml:Conditions>', '<saml:OneTimeUse/>')],
  ['ProxyRestriction', before('</saml:Conditions>', '<saml:ProxyRestriction Count="0"/>')],
  ['Advice', after('</saml:Conditions>', '<saml:Advice><x/></saml:Advice>')],
  [
    'an Issuer that says it is an entity',
    swap(
      `<saml:Issuer>${idp}`,
      `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${idp}`,
    ),
  ],
  [
    'a second AuthnStatement',
    after('</saml:AuthnStatement>', '<saml:AuthnStatement AuthnInstant="2026-03-04T10:00:00Z"/>'),
  ],
  ['an AuthzDecisionStatement', after('</saml:AuthnStatement>', '<saml:AuthzDecisionStatement/>')],
]
for (const [what, edit] of accepted) {
  test(`validateAssertion accepts ${what}`, () => {
    assert.equal(validate(edit), undefined)
  })
}

const fractions = ['', '.1', '.12', '.123', '.1234', '.12345', '.123456', '.1234567']
for (const fraction of fractions) {
  test(`validateAssertion accepts times with the fraction "${fraction}"`, () => {
    const edit = (xml: string) => xml.replaceAll(/(T\d\d:\d\d:\d\d)Z/g, `$1${fraction}Z`)
    assert.equal(validate(edit), undefined)
  })
}

test('validateAssertion shows which audiences were meant', () => {
  const others = swap(
    restriction,
    `<saml:AudienceRestriction>${otherAudience}<saml:Audience>urn:third</saml:Audience></saml:AudienceRestriction>`,
  )
  assert.deepEqual(validate(others), { cause: 'audience', got: 'urn:other urn:third', want: sp })
})

test('validateAssertion compares with what is expected, whatever it is', () => {
  assert.equal(validate(unchanged, { audience: 'urn:other' })?.cause, 'audience')
  assert.equal(validate(unchanged, { issuer: 'urn:other' })?.cause, 'assertion_issuer')
  assert.equal(
    validate(unchanged, { acsUrl: 'urn:other' })?.cause,
    'subject_confirmation_recipient',
  )
  assert.equal(validate(unchanged, { inResponseTo: '_other' })?.cause, 'in_response_to')
})

test('validateAssertion checks who speaks before when and to whom', () => {
  const everything = inOrder(
    swap(`<saml:Issuer>${idp}<`, '<saml:Issuer>urn:other<'),
    setAttribute('saml:Conditions', 'NotOnOrAfter', '2020-01-01T00:00:00Z'),
    swap(restriction, ''),
  )
  assert.equal(validate(everything)?.cause, 'assertion_issuer')
})
