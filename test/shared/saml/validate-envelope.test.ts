import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanXml } from '#shared/saml/scan.ts'
import { validateEnvelope } from '#shared/saml/validate-envelope.ts'
import {
  drop,
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  swap,
  unchanged,
} from '#test/fixtures/saml/edit-xml.ts'
import { acs, expected, idp, plainResponse } from '#test/fixtures/saml/plain-response.ts'

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'
const issuer = `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${idp}</saml:Issuer>`

const validate = (edit: Edit, isSigned: boolean) =>
  validateEnvelope(scanXml(Buffer.from(plainResponse('none', edit))).root, isSigned, expected)

const accepted: readonly (readonly [string, Edit])[] = [
  ['the plain one', unchanged],
  ['one that does not name the request', setAttribute('samlp:Response', 'InResponseTo')],
  ['an Issuer without Format', swap(issuer, `<saml:Issuer>${idp}</saml:Issuer>`)],
  [
    'a Success with a second-level code',
    setContent(
      'samlp:Status',
      `<samlp:StatusCode Value="${success}"><samlp:StatusCode Value="urn:x"/></samlp:StatusCode><samlp:StatusMessage>x</samlp:StatusMessage>`,
    ),
  ],
  ['a Consent', setAttribute('samlp:Response', 'Consent', 'urn:x')],
]
for (const [what, edit] of accepted) {
  test(`validateEnvelope accepts ${what}, signed or not`, () => {
    assert.equal(validate(edit, true), undefined)
    assert.equal(validate(edit, false), undefined)
  })
}

const unsignedOnly: readonly (readonly [string, Edit, string])[] = [
  ['Destination', setAttribute('samlp:Response', 'Destination'), 'response_destination'],
  ['Issuer', drop(issuer), 'response_issuer'],
]
for (const [what, edit, cause] of unsignedOnly) {
  test(`validateEnvelope wants no ${what} of an unsigned Response`, () => {
    assert.equal(validate(edit, false), undefined)
    assert.equal(validate(edit, true)?.cause, cause)
  })
}

test('validateEnvelope shows what came and what was wanted', () => {
  const destination = setAttribute('samlp:Response', 'Destination', 'https://other.example')
  assert.deepEqual(validate(destination, false), {
    cause: 'response_destination',
    got: 'https://other.example',
    want: acs,
  })
})

test('validateEnvelope shows both codes of a failure', () => {
  const responder = 'urn:oasis:names:tc:SAML:2.0:status:Responder'
  const authnFailed = 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed'
  const failure = setContent(
    'samlp:Status',
    `<samlp:StatusCode Value="${responder}"><samlp:StatusCode Value="${authnFailed}"/></samlp:StatusCode>`,
  )
  assert.deepEqual(validate(failure, false), {
    cause: 'response_status',
    got: `${responder} ${authnFailed}`,
    want: success,
  })
})

test('validateEnvelope checks the address before what the response says', () => {
  const both = inOrder(
    setAttribute('samlp:Response', 'Destination', 'https://other.example'),
    setAttribute('samlp:StatusCode', 'Value', 'urn:x'),
  )
  assert.equal(validate(both, false)?.cause, 'response_destination')
})
