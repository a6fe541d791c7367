import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAssertion } from '#shared/saml/read-assertion.ts'
import { scanXml } from '#shared/saml/scan.ts'
import {
  after,
  dropElement,
  type Edit,
  elementOf,
  inOrder,
  setAttribute,
  setContent,
  swap,
  unchanged,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { at, identity, plainResponse } from '#test/fixtures/saml/plain-response.ts'

const namespaces =
  ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** The assertion of the plain response, edited and read as if it had been verified. */
function read(edit: Edit = unchanged) {
  const xml = elementOf(plainResponse('none', edit), 'saml:Assertion')
  const standalone = after('<saml:Assertion', namespaces)(xml)
  return readAssertion(scanXml(Buffer.from(standalone)).root, 0)
}

test('readAssertion reads who signed in, when and how', () => {
  assert.deepEqual(read(), identity)
})

test('readAssertion keeps the qualifiers of a NameID, even empty ones', () => {
  const edit = inOrder(
    setAttribute('saml:NameID', 'NameQualifier', ''),
    setAttribute('saml:NameID', 'SPNameQualifier', 'us'),
    setAttribute('saml:NameID', 'Format'),
  )
  assert.deepEqual(read(edit).nameId, {
    value: 'ada.lovelace@example.com',
    nameQualifier: '',
    spNameQualifier: 'us',
  })
})

const texts: readonly (readonly [string, string, string])[] = [
  ['references', 'Engines &amp; &lt;Analytics&gt; &#233;', 'Engines & <Analytics> é'],
  ['references that look double', '&amp;lt;', '&lt;'],
  ['quotes', `"'&quot;&apos;`, `"'"'`],
  ['white space', '\n a\t b ', '\n a\t b '],
  ['a carriage return', 'a&#13;b', 'a\rb'],
  ['characters beyond ASCII', 'Zoë 漢字', 'Zoë 漢字'],
  ['astral characters', '😀&#x1F680;', '😀🚀'],
  ['nothing', '', ''],
]
for (const [what, written, expected] of texts) {
  test(`readAssertion reads ${what} as they are in an attribute value`, () => {
    const edit = within('saml:AttributeStatement', setContent('saml:AttributeValue', written))
    assert.deepEqual(read(edit).attributes.get('mail'), [expected])
  })
}

const values: readonly (readonly [string, string, readonly string[]])[] = [
  ['no value', '', []],
  ['an empty value', '<saml:AttributeValue/>', ['']],
  ['a nil value', '<saml:AttributeValue xsi:nil="true"/>', []],
  [
    'a nil value among others',
    '<saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue xsi:nil="1"/>',
    ['a'],
  ],
  ['the same value twice', '<saml:AttributeValue>a</saml:AttributeValue>'.repeat(2), ['a', 'a']],
  ['a typed value', '<saml:AttributeValue xsi:type="xs:integer">07</saml:AttributeValue>', ['07']],
  [
    'a nested value',
    '<saml:AttributeValue><saml:NameID>a</saml:NameID></saml:AttributeValue>',
    ['a'],
  ],
  [
    'a value split by elements',
    '<saml:AttributeValue>a<x>b<y/></x>c</saml:AttributeValue>',
    ['abc'],
  ],
  ['a value in another namespace', '<AttributeValue>a</AttributeValue>', []],
]
for (const [what, content, expected] of values) {
  test(`readAssertion reads an attribute with ${what}`, () => {
    const edit = setContent(
      'saml:AttributeStatement',
      `<saml:Attribute Name="a">${content}</saml:Attribute>`,
    )
    assert.deepEqual(read(edit).attributes, new Map([['a', expected]]))
  })
}

const names = [
  '__proto__',
  'constructor',
  'toString',
  'nameId',
  'NameID',
  'hasOwnProperty',
  ' a ',
  '',
]
for (const name of names) {
  test(`readAssertion takes an attribute called "${name}" for nothing else`, () => {
    const edit = swap('Name="mail"', `Name="${name}"`)
    const { attributes, nameId } = read(edit)
    assert.deepEqual(attributes.get(name), ['ada.lovelace@example.com'])
    assert.deepEqual([...attributes.keys()], [name, 'groups'])
    assert.deepEqual(nameId, identity.nameId)
  })
}

test('readAssertion joins the values of one name, in order, over statements', () => {
  const more =
    '<saml:AttributeStatement><saml:Attribute Name="groups"><saml:AttributeValue>last</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>'
  const { attributes } = read(after('</saml:AttributeStatement>', more))
  assert.deepEqual(attributes.get('groups'), ['engineers', 'admins', 'last'])
})

test('readAssertion reads an assertion without attributes', () => {
  assert.deepEqual(read(dropElement('saml:AttributeStatement')).attributes, new Map())
})

test('readAssertion reads the first AuthnStatement', () => {
  const second = '<saml:AuthnStatement AuthnInstant="2020-01-01T00:00:00Z" SessionIndex="_s6"/>'
  const { authnInstant, sessionIndex } = read(after('</saml:AuthnStatement>', second))
  assert.equal(authnInstant, identity.authnInstant)
  assert.equal(sessionIndex, '_s5c2')
})

test('readAssertion reads a statement that says neither how nor in which session', () => {
  const edit = inOrder(
    dropElement('saml:AuthnContext'),
    setAttribute('saml:AuthnStatement', 'SessionIndex'),
  )
  const { authnContext, sessionIndex } = read(edit)
  assert.equal(authnContext, undefined)
  assert.equal(sessionIndex, undefined)
})

test('readAssertion reads no context class from two', () => {
  const edit = within('saml:AuthnContextClassRef', (element) => element.repeat(2))
  assert.equal(read(edit).authnContext, undefined)
})

const later = (time: string) =>
  within(
    'saml:SubjectConfirmation',
    (element) =>
      element + setAttribute('saml:SubjectConfirmationData', 'NotOnOrAfter', time)(element),
  )

test('readAssertion takes the end of the confirmation that ends last', () => {
  assert.equal(read(later('2026-03-04T11:00:00Z')).notOnOrAfter, at('2026-03-04T11:00:00Z'))
  assert.equal(read(later('2026-03-04T10:00:00Z')).notOnOrAfter, identity.notOnOrAfter)
})

test('readAssertion takes a confirmation without end for one that has ended', () => {
  const edit = after('</saml:SubjectConfirmation>', '<saml:SubjectConfirmation/>')
  assert.equal(read(edit).notOnOrAfter, identity.notOnOrAfter)
})

test('readAssertion will not read what was not validated', () => {
  assert.throws(() => read(dropElement('saml:Subject')), /needs a validated assertion/)
})
