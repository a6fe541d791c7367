import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { validateSubject } from '#shared/saml/validate-subject.ts'
import type { Expected } from '#shared/saml/verify-response.ts'
import { onlyChild } from '#shared/saml/xml-tree.ts'
import {
  after,
  before,
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  unchanged,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { acs, expected as forUs, plainResponse } from '#test/fixtures/saml/plain-response.ts'

function validate(edit: Edit, expected: Partial<Expected> = {}) {
  const { root } = scanXml(Buffer.from(plainResponse('none', edit)))
  const assertion = onlyChild(root, ns.assertion, 'Assertion')
  assert.ok(assertion)
  return validateSubject(assertion, { ...forUs, ...expected })
}

const confirmation = 'saml:SubjectConfirmation'
const confirmationData = 'saml:SubjectConfirmationData'

/** Adds a second confirmation, a copy of the first with something wrong in it. */
const alsoWrong = (edit: Edit, isFirst: boolean) =>
  within(confirmation, (good) => (isFirst ? edit(good) + good : good + edit(good)))

const wrong: readonly (readonly [string, Edit])[] = [
  ['for another recipient', setAttribute(confirmationData, 'Recipient', 'urn:other')],
  ['for another request', setAttribute(confirmationData, 'InResponseTo', '_other')],
  ['that is over', setAttribute(confirmationData, 'NotOnOrAfter', '2020-01-01T00:00:00Z')],
  ['whose time is malformed', setAttribute(confirmationData, 'NotOnOrAfter', 'soon')],
  [
    'of another method',
    setAttribute(confirmation, 'Method', 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'),
  ],
  ['without data', within(confirmationData, () => '')],
]
for (const [what, edit] of wrong) {
  test(`validateSubject accepts a good confirmation before or behind one ${what}`, () => {
    assert.equal(validate(alsoWrong(edit, true)), undefined)
    assert.equal(validate(alsoWrong(edit, false)), undefined)
  })
}

const accepted: readonly (readonly [string, Edit, Partial<Expected>])[] = [
  [
    'an unsolicited response',
    setAttribute(confirmationData, 'InResponseTo'),
    { inResponseTo: undefined },
  ],
  ['an Address', setAttribute(confirmationData, 'Address', '192.0.2.1'), {}],
  [
    'a NameID in the confirmation',
    before(`<${confirmationData}`, '<saml:NameID>x</saml:NameID>'),
    {},
  ],
  [
    'something in the confirmation data',
    within(confirmationData, (data) => data.replace('/>', `><x/></${confirmationData}>`)),
    {},
  ],
  ['a NameID with qualifiers', setAttribute('saml:NameID', 'SPNameQualifier', 'x'), {}],
  ['a NameID with white space around it', setContent('saml:NameID', ' ada\n'), {}],
]
for (const [what, edit, expected] of accepted) {
  test(`validateSubject accepts ${what}`, () => {
    assert.equal(validate(edit, expected), undefined)
  })
}

test('validateSubject says what is wrong with the last bearer confirmation', () => {
  const elsewhere = setAttribute(confirmationData, 'Recipient', 'urn:other')
  const over = setAttribute(confirmationData, 'NotOnOrAfter', '2020-01-01T00:00:00Z')
  const edit = within(confirmation, (good) => over(good) + elsewhere(good))
  assert.deepEqual(validate(edit), {
    cause: 'subject_confirmation_recipient',
    got: 'urn:other',
    want: acs,
  })
})

test('validateSubject does not let a confirmation of another method speak for a bearer', () => {
  const edit = inOrder(
    setAttribute(confirmationData, 'Recipient', 'urn:other'),
    after('</saml:SubjectConfirmation>', '<saml:SubjectConfirmation Method="urn:x"/>'),
  )
  assert.equal(validate(edit)?.cause, 'subject_confirmation_recipient')
})

test('validateSubject wants the request where one was sent', () => {
  assert.equal(validate(unchanged, { inResponseTo: undefined })?.cause, 'in_response_to')
  const unsolicited = setAttribute(confirmationData, 'InResponseTo')
  assert.equal(validate(unsolicited)?.cause, 'in_response_to')
})
