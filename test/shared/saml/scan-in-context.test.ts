import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { scanXml } from '#shared/saml/scan.ts'
import { scanInContext } from '#shared/saml/scan-in-context.ts'
import type { XmlElement } from '#shared/saml/xml-tree.ts'

const isWanted = ({ local, namespace }: XmlElement) => local === 'a' && namespace === 'urn:a'

/** What a text is in the place of an element `here`. */
const scan = (text: string, around = '<here/>') => {
  const here = scanXml(Buffer.from(around)).elements.find(({ local }) => local === 'here')
  assert.ok(here)
  return scanInContext(Buffer.from(text), here.scope, isWanted)
}

describe('scanInContext', () => {
  const alone: readonly (readonly [string, string])[] = [
    ['a document', '<a xmlns="urn:a"/>'],
    ['a document with a declaration', '<?xml version="1.0"?>\n<p:a xmlns:p="urn:a"/>\n'],
  ]
  for (const [what, text] of alone) {
    test(`takes ${what} as it is, whatever is around it`, () => {
      const document = scan(text, '<x xmlns="urn:x" xmlns:p="urn:p"><here/></x>')
      assert.ok(document && isWanted(document.root))
      assert.equal(document.root.parent, undefined)
      assert.equal(document.elements.length, 1)
    })
  }

  const within: readonly (readonly [string, string, string])[] = [
    ['a prefix', '<p:a/>', '<x xmlns:p="urn:a"><here/></x>'],
    ['a prefix of the place itself', '<p:a/>', '<here xmlns:p="urn:a"/>'],
    ['the default namespace', '<a/>', '<x xmlns="urn:a"><p:here xmlns:p="urn:p"/></x>'],
    ['the innermost binding', '<p:a/>', '<x xmlns:p="urn:x"><y xmlns:p="urn:a"><here/></y></x>'],
    ['a prefix below', '<a xmlns="urn:a"><p:b/></a>', '<x xmlns:p="urn:p"><here/></x>'],
    ['white space around', ' \r\n<p:a/>\t', '<x xmlns:p="urn:a"><here/></x>'],
  ]
  for (const [what, text, around] of within) {
    test(`takes ${what} from what is around it`, () => {
      const document = scan(text, around)
      assert.ok(document && isWanted(document.root))
      assert.ok(document.elements.includes(document.root))
    })
  }

  const refused: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['text', 'a'],
    ['another element', '<b xmlns="urn:a"/>'],
    ['an element of another namespace', '<a xmlns="urn:b"/>'],
    ['an element of no namespace', '<a xmlns=""/>'],
    ['two elements', '<p:a/><p:a/>'],
    ['text before the element', 'x<p:a/>'],
    ['text behind the element', '<p:a/>x'],
    ['a reference behind the element', '<p:a/>&#32;x'],
    ['a prefix that nobody binds', '<q:a/>'],
    ['an element that ends what is around it', '<p:a/></context><context>'],
    ['an end of what is around it', '</context>'],
    ['a comment', '<p:a/><!---->'],
    ['a DOCTYPE', '<!DOCTYPE a><p:a/>'],
    ['an XML declaration where something is missing', '<?xml version="1.0"?><p:a/>'],
    ['half an element', '<p:a>'],
    ['what is not UTF-8', '\ud800'],
  ]
  for (const [what, text] of refused) {
    test(`takes ${what} for nothing`, () => {
      assert.equal(scan(text, '<x xmlns:p="urn:a"><here/></x>'), undefined)
    })
  }

  test('answers anything with a document or nothing', () => {
    const token = fc.constantFrom(
      '<p:a',
      '<a',
      ' xmlns="urn:a"',
      '/>',
      '>',
      '</p:a>',
      '</context>',
      '<context>',
      'x',
      ' ',
    )
    const text = fc
      .array(fc.oneof(token, fc.string()), { maxLength: 8 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (made) => {
        const document = scan(made, '<x xmlns:p="urn:a"><here/></x>')
        assert.ok(document === undefined || isWanted(document.root))
      }),
      { numRuns: 2000 },
    )
  })
})
