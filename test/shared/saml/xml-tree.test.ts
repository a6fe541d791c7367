import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanXml } from '#shared/saml/scan.ts'
import {
  attributeOf,
  childrenNamed,
  deepText,
  isElement,
  isNil,
  leafText,
  onlyChild,
} from '#shared/saml/xml-tree.ts'

const root = (xml: string) => scanXml(Buffer.from(xml)).root

test('isElement wants the namespace and the local name', () => {
  const element = root('<x:a xmlns:x="urn:x"/>')
  assert.ok(isElement(element, 'urn:x', 'a'))
  assert.ok(!isElement(element, 'urn:y', 'a'))
  assert.ok(!isElement(element, 'urn:x', 'b'))
  assert.ok(!isElement(element, '', 'x:a'))
})

const family = root('<a xmlns:x="urn:x"><b>1</b><x:b>2</x:b><c/><b>3</b></a>')

test('childrenNamed gives the children of that name in order, whatever their number', () => {
  assert.deepEqual(childrenNamed(family, '', 'b').map(leafText), ['1', '3'])
  assert.deepEqual(childrenNamed(family, '', 'd'), [])
})

test('childrenNamed looks no deeper than children', () => {
  assert.deepEqual(childrenNamed(root('<a><b><c/></b></a>'), '', 'c'), [])
})

test('onlyChild gives a child only if there is one of that name', () => {
  assert.equal(onlyChild(family, 'urn:x', 'b')?.name, 'x:b')
  assert.equal(onlyChild(family, '', 'b'), undefined)
  assert.equal(onlyChild(family, '', 'd'), undefined)
})

test('attributeOf looks among attributes without namespace only', () => {
  const element = root('<a xmlns:x="urn:x" x:b="1" c="2"/>')
  assert.equal(attributeOf(element, 'b'), undefined)
  assert.equal(attributeOf(element, 'c'), '2')
  assert.equal(attributeOf(element, 'x'), undefined)
})

test('leafText is undefined where elements are', () => {
  assert.equal(leafText(root('<a>b&amp;c</a>')), 'b&c')
  assert.equal(leafText(root('<a/>')), '')
  assert.equal(leafText(root('<a>b<c/></a>')), undefined)
})

test('deepText is all text there is, in order', () => {
  assert.equal(deepText(root('<a>b<c>&lt;<d/>e</c>f&#103;</a>')), 'b<efg')
})

const nils = [
  ['xsi:nil="true"', true],
  ['xsi:nil="1"', true],
  ['xsi:nil="false"', false],
  ['xsi:nil="0"', false],
  ['nil="true"', false],
  ['xsi:type="true"', false],
] as const
for (const [attribute, expected] of nils) {
  test(`isNil takes ${attribute} for ${expected}`, () => {
    const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
    assert.equal(isNil(root(`<a xmlns:xsi="${xsi}" ${attribute}/>`)), expected)
  })
}
