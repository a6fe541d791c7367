import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readResponse } from '#shared/saml/read-response.ts'
import { limits } from '#shared/saml/xml-tree.ts'
import {
  before,
  drop,
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  swap,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { idp, plainResponse, posted, requestId } from '#test/fixtures/saml/plain-response.ts'

function read(edit: Edit) {
  const unverified = readResponse(posted(plainResponse('none', edit)))
  assert.ok(unverified.ok)
  return unverified.value
}

test('readResponse says what an unsigned response claims', () => {
  const { response, assertion, ...claims } = read((xml) => xml)
  assert.equal(response.name, 'samlp:Response')
  assert.equal(assertion?.name, 'saml:Assertion')
  assert.deepEqual(claims, {
    unverifiedIssuer: idp,
    unverifiedInResponseTo: requestId,
    unverifiedNameId: 'ada.lovelace@example.com',
  })
})

const empty = '<saml:EncryptedAssertion/>'

test('readResponse says what an encrypted response claims, in the Response alone', () => {
  const { response, encrypted, ...claims } = read(within('saml:Assertion', () => empty))
  assert.equal(response.name, 'samlp:Response')
  assert.equal(encrypted?.name, 'saml:EncryptedAssertion')
  assert.deepEqual(claims, {
    unverifiedIssuer: idp,
    unverifiedInResponseTo: requestId,
    unverifiedNameId: undefined,
  })
})

const besides: readonly (readonly [string, Edit])[] = [
  ['an EncryptedAssertion behind an Assertion', before('</samlp:Response>', empty)],
  ['an EncryptedAssertion before an Assertion', before('<saml:Assertion', empty)],
  ['two EncryptedAssertions', within('saml:Assertion', () => empty.repeat(2))],
  ['an EncryptedAssertion in another element', before('<samlp:Status>', `<x>${empty}</x>`)],
]
for (const [what, edit] of besides) {
  test(`readResponse refuses ${what}`, () => {
    const result = readResponse(posted(plainResponse('none', edit)))
    assert.ok(!result.ok)
    assert.equal(result.error.cause, 'assertion_misplaced')
  })
}

test('readResponse takes the decoded message for the field', () => {
  const xml = plainResponse('none')
  assert.deepEqual(readResponse(Buffer.from(xml)), readResponse(posted(xml)))
})

const confirmation = 'saml:SubjectConfirmationData'
const noRequest = inOrder(
  setAttribute('samlp:Response', 'InResponseTo'),
  setAttribute(confirmation, 'InResponseTo'),
)

const requests: readonly (readonly [string, Edit, string | undefined])[] = [
  ['no request', noRequest, undefined],
  [
    'the request of the confirmation',
    setAttribute('samlp:Response', 'InResponseTo', '_r'),
    requestId,
  ],
  ['the request of the Response', setAttribute(confirmation, 'InResponseTo'), requestId],
  [
    'the request of the second confirmation',
    inOrder(
      setAttribute('samlp:Response', 'InResponseTo'),
      before('<saml:SubjectConfirmation ', '<saml:SubjectConfirmation/>'),
    ),
    requestId,
  ],
  ['the request of the Response without Subject', within('saml:Subject', () => ''), requestId],
]
for (const [what, edit, expected] of requests) {
  test(`readResponse names ${what}`, () => {
    assert.equal(read(edit).unverifiedInResponseTo, expected)
  })
}

const nameIds: readonly (readonly [string, Edit])[] = [
  ['no Subject', within('saml:Subject', () => '')],
  ['no NameID', within('saml:NameID', () => '')],
  ['two NameIDs', within('saml:NameID', (element) => element.repeat(2))],
  ['an element in the NameID', setContent('saml:NameID', 'a<x/>b')],
]
for (const [what, edit] of nameIds) {
  test(`readResponse names nobody where there is ${what}`, () => {
    assert.equal(read(edit).unverifiedNameId, undefined)
  })
}

const issuers: readonly (readonly [string, Edit])[] = [
  ['no Issuer', drop(`<saml:Issuer>${idp}</saml:Issuer>`)],
  ['an empty Issuer', swap(`<saml:Issuer>${idp}<`, '<saml:Issuer><')],
  ['two Issuers', before('<saml:Subject>', '<saml:Issuer>urn:x</saml:Issuer>')],
]
for (const [what, edit] of issuers) {
  test(`readResponse refuses an Assertion with ${what}: nobody could be looked up`, () => {
    assert.deepEqual(readResponse(posted(plainResponse('none', edit))), {
      ok: false,
      error: { cause: 'assertion_issuer' },
    })
  })
}

test('readResponse takes a Signature that is the first child', () => {
  const first = (xml: string) => {
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(xml)?.[0] ?? ''
    return before('<saml:Issuer Format', signature)(drop(signature)(xml))
  }
  assert.ok(readResponse(posted(first(plainResponse('response')))).ok)
})

test('readResponse takes a Signature in another namespace for an unknown element', () => {
  const foreign = before('</saml:Subject>', '<x:Signature xmlns:x="urn:x"/>')
  assert.ok(readResponse(posted(plainResponse('none', foreign))).ok)
})

test('readResponse takes any text that looks like an ID where it is no ID', () => {
  const look = swap('<saml:Subject>', '<saml:Subject xid="_a1f09d8e" IDs="_a1f09d8e">')
  assert.ok(readResponse(posted(plainResponse('none', look))).ok)
})

test('readResponse reads as many bytes as allowed, and not one more', () => {
  const xml = plainResponse('none')
  const full = xml + ' '.repeat(limits.bytes - Buffer.byteLength(xml))
  assert.ok(readResponse(posted(full)).ok)
  assert.deepEqual(readResponse(posted(`${full} `)), {
    ok: false,
    error: { cause: 'xml_too_large' },
  })
})

test('readResponse answers anything with a Result', () => {
  const anything = fc.oneof(fc.string(), fc.string().map(posted), fc.base64String())
  fc.assert(
    fc.property(anything, (samlResponse) => {
      assert.equal(readResponse(samlResponse).ok, false)
    }),
    { numRuns: 2000 },
  )
})
