import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize } from '#shared/saml/canonicalize.ts'
import type { XmlCause } from '#shared/saml/errors.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { XmlError } from '#shared/saml/xml-error.ts'
import { attributeOf, leafText, limits, type XmlElement } from '#shared/saml/xml-tree.ts'
import { mutateBytes } from '#test/fixtures/saml/mutate.ts'
import { providerResponse, providers } from '#test/fixtures/saml/providers.ts'
import { xmlDocument } from '#test/fixtures/saml/xml-documents.ts'

const scan = (xml: string | Buffer) => scanXml(Buffer.from(xml))

/** The tree as nested names, attributes and texts. */
const outline = (element: XmlElement): unknown => [
  `{${element.namespace}}${element.local}`,
  element.attributes.map(({ namespace, local, raw }) => [`{${namespace}}${local}`, raw]),
  element.children.length > 0 ? element.children.map(outline) : leafText(element),
]

const read: readonly (readonly [string, string, unknown])[] = [
  ['an empty element', '<a/>', ['{}a', [], '']],
  ['an element with a text', '<a>b</a>', ['{}a', [], 'b']],
  ['white space in tags', '<a\n\tb = "c"\n></a\t>', ['{}a', [['{}b', 'c']], '']],
  ['white space before an empty tag ends', '<a b="c" />', ['{}a', [['{}b', 'c']], '']],
  [
    'either quote',
    `<a b='"' c="'"/>`,
    [
      '{}a',
      [
        ['{}b', '"'],
        ['{}c', "'"],
      ],
      '',
    ],
  ],
  ['a > in a value', '<a b=">"/>', ['{}a', [['{}b', '>']], '']],
  ['a > in a text', '<a>b > c</a>', ['{}a', [], 'b > c']],
  ['predefined entities', '<a>&amp;&lt;&gt;&quot;&apos;</a>', ['{}a', [], `&<>"'`]],
  ['character references', '<a>&#65;&#x42;&#x1F600;&#13;</a>', ['{}a', [], 'AB😀\r']],
  ['the last character there is', '<a>&#x10FFFF;</a>', ['{}a', [], '\u{10FFFF}']],
  ['line ends as newlines', '<a>\r\n\r\n\r</a>', ['{}a', [], '\n\n\n']],
  ['text that is not ASCII', '<a>é漢😀</a>', ['{}a', [], 'é漢😀']],
  ['line separators as they are', '<a>\u0085\u2028</a>', ['{}a', [], '\u0085\u2028']],
  [
    'children in order',
    '<a><b/>x<c/></a>',
    [
      '{}a',
      [],
      [
        ['{}b', [], ''],
        ['{}c', [], ''],
      ],
    ],
  ],
  ['an XML declaration', '<?xml version="1.0"?><a/>', ['{}a', [], '']],
  [
    'a full XML declaration',
    `<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n<a/>\n`,
    ['{}a', [], ''],
  ],
  ['a byte order mark', '\ufeff<a/>', ['{}a', [], '']],
  ['a byte order mark and a declaration', '\ufeff<?xml version="1.0"?><a/>', ['{}a', [], '']],
  ['white space around the root', '\n\t <a/> \n', ['{}a', [], '']],
  ['names of all that is allowed', '<_a.b-9/>', ['{}_a.b-9', [], '']],
  ['a default namespace', '<a xmlns="urn:x"><b/></a>', ['{urn:x}a', [], [['{urn:x}b', [], '']]]],
  [
    'a default namespace that is taken back',
    '<a xmlns="urn:x"><b xmlns=""/></a>',
    ['{urn:x}a', [], [['{}b', [], '']]],
  ],
  [
    'a declaration behind its use',
    '<x:a x:b="" xmlns:x="urn:x"/>',
    ['{urn:x}a', [['{urn:x}b', '']], ''],
  ],
  [
    'a prefix that is bound anew',
    '<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:y"/><x:c/></x:a>',
    [
      '{urn:x}a',
      [],
      [
        ['{urn:y}b', [], ''],
        ['{urn:x}c', [], ''],
      ],
    ],
  ],
  [
    'no namespace for an attribute without prefix',
    '<a xmlns="urn:x" b=""/>',
    ['{urn:x}a', [['{}b', '']], ''],
  ],
  [
    'one local name in two namespaces',
    '<a xmlns:x="urn:x" b="1" x:b="2"/>',
    [
      '{}a',
      [
        ['{}b', '1'],
        ['{urn:x}b', '2'],
      ],
      '',
    ],
  ],
  [
    'the prefix xml, which is always bound',
    '<a xml:lang="en"/>',
    ['{}a', [['{http://www.w3.org/XML/1998/namespace}lang', 'en']], ''],
  ],
  [
    'names that start with xmlns',
    '<a xmlnsx="1"><xmlns/></a>',
    ['{}a', [['{}xmlnsx', '1']], [['{}xmlns', [], '']]],
  ],
  ['a reference in a namespace name', '<a xmlns="urn:&#x78;"/>', ['{urn:x}a', [], '']],
  [
    'prototype names',
    '<constructor __proto__="1"/>',
    ['{}constructor', [['{}__proto__', '1']], ''],
  ],
]
for (const [what, xml, expected] of read) {
  test(`scanXml reads ${what}`, () => {
    assert.deepEqual(outline(scan(xml).root), expected)
  })
}

const refused: readonly (readonly [string, string, XmlCause])[] = [
  ['nothing', '', 'xml_not_well_formed'],
  ['white space', ' \n', 'xml_not_well_formed'],
  ['a text', 'a', 'xml_not_well_formed'],
  ['a declaration without root', '<?xml version="1.0"?>', 'xml_not_well_formed'],
  ['a declaration in capitals', '<?xml VERSION="1.0"?><a/>', 'xml_not_well_formed'],
  [
    'a declaration that stands alone in capitals',
    '<?xml version="1.0" standalone="NO"?><a/>',
    'xml_not_well_formed',
  ],
  ['a no-break space in a declaration', '<?xml\u00a0version="1.0"?><a/>', 'xml_not_well_formed'],
  ['a lone <', '<', 'xml_not_well_formed'],
  ['a lone end tag', '</a>', 'xml_not_well_formed'],
  ['a start tag without end tag', '<a>', 'xml_not_well_formed'],
  ['a start tag that does not end', '<a', 'xml_not_well_formed'],
  ['a start tag that ends in its attribute', '<a b', 'xml_not_well_formed'],
  ['a start tag that ends before its value', '<a b=', 'xml_not_well_formed'],
  ['a start tag that ends in its value', '<a b="', 'xml_not_well_formed'],
  ['a start tag that ends in its slash', '<a/', 'xml_not_well_formed'],
  ['a slash in a start tag', '<a / >', 'xml_not_well_formed'],
  ['an end tag that does not end', '<a></a', 'xml_not_well_formed'],
  ['an end tag that ends in its name', '<ab></a', 'xml_not_well_formed'],
  ['an empty name', '<></>', 'xml_not_well_formed'],
  ['a name of a prefix', '<a:/>', 'xml_not_well_formed'],
  ['a name of a local part', '<:a/>', 'xml_not_well_formed'],
  ['a local name that starts with a digit', '<a:0 xmlns:a="urn:a"/>', 'xml_not_well_formed'],
  ['a name that starts with a hyphen', '<-a/>', 'xml_not_well_formed'],
  ['a declaration of nothing', '<a xmlns:="urn:a"/>', 'xml_not_well_formed'],
  ['a character reference in a name', '<a&#98;/>', 'xml_not_well_formed'],
  ['an entity for a tag', '&lt;a/&gt;', 'xml_not_well_formed'],
  ['a second root', '<a/><a/>', 'xml_not_well_formed'],
  ['a reference behind the root', '<a/>&#32;', 'xml_not_well_formed'],
  ['white space before the name of an end tag', '<a></ a>', 'xml_not_well_formed'],
  ['a declaration in the content', '<a><?xml version="1.0"?></a>', 'xml_forbidden_construct'],
  ['an unknown entity', '<a>&b;</a>', 'xml_forbidden_construct'],
  ['an entity in another case', '<a>&AMP;</a>', 'xml_forbidden_construct'],
  ['an entity of JavaScript', '<a>&constructor;</a>', 'xml_forbidden_construct'],
  ['a character reference in capitals', '<a>&#X41;</a>', 'xml_forbidden_construct'],
  ['a character reference of eight digits', '<a>&#00000065;</a>', 'xml_forbidden_construct'],
  ['a reference to a vertical tab', '<a>&#11;</a>', 'xml_character'],
  ['a reference to U+FFFE', '<a b="&#xFFFE;"/>', 'xml_character'],
  ['U+FFFE', '<a>\ufffe</a>', 'xml_character'],
  ['an escape character', '<a>\x1b</a>', 'xml_character'],
  ['a delimiter of a CDATA section in a value', '<a b="]]>"/>', 'xml_not_well_formed'],
]
for (const [what, xml, cause] of refused) {
  test(`scanXml refuses ${what}`, () => {
    assert.throws(() => scan(xml), { xmlCause: cause })
  })
}

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const wide = (children: number) => `<a>${'<b/>'.repeat(children)}</a>`
const attributes = (count: number) =>
  `<a ${Array.from({ length: count }, (_, index) => `b${index}=""`).join(' ')}/>`

/** Each level declares one prefix more; `xml` is in force as well. */
const nestedDeclarations = (count: number) => {
  const starts = Array.from({ length: count }, (_, index) => `<a xmlns:p${index}="urn:x">`)
  return starts.join('') + '</a>'.repeat(count)
}
const shadowedDeclarations = (count: number) => {
  const declarations = Array.from({ length: 32 }, (_, index) => `xmlns:p${index}="urn:x"`).join(' ')
  const more = Array.from({ length: count - 32 }, (_, index) => `xmlns:p${index}="urn:y"`).join(' ')
  return `<a ${declarations}><a ${more}/></a>`
}
const longName = (length: number) => `<a xmlns="urn:${'x'.repeat(length - 4)}"/>`

const bounds: readonly (readonly [string, (count: number) => string, number])[] = [
  ['levels', nested, limits.depth],
  ['children', wide, limits.elements - 1],
  ['attributes of an element', attributes, limits.attributes],
  ['declarations in force', nestedDeclarations, 63],
  ['declarations in force, those of one prefix counted each', shadowedDeclarations, 63],
  ['characters of a namespace name', longName, 256],
]
for (const [what, document, limit] of bounds) {
  test(`scanXml reads ${limit} ${what} and no more`, () => {
    assert.ok(scan(document(limit)))
    assert.throws(() => scan(document(limit + 1)), { xmlCause: 'xml_limit' })
  })
}

test('scanXml lists all elements in document order, with their parents', () => {
  const { root, elements } = scan('<a><b><c/></b><d/></a>')
  assert.deepEqual(
    elements.map(({ local, parent }) => [local, parent?.local]),
    [
      ['a', undefined],
      ['b', 'a'],
      ['c', 'b'],
      ['d', 'a'],
    ],
  )
  assert.equal(elements[0], root)
})

test('scanXml tells where an element and its content lie', () => {
  const { elements } = scan('\ufeff<a>é<b x="1">y</b ></a>')
  const [, b] = elements
  assert.ok(b)
  assert.equal(b.xml.slice(b.start, b.end), '<b x="1">y</b >')
  assert.equal(b.xml.slice(b.contentStart, b.contentEnd), 'y')
})

test('scanXml keeps attribute values as written and reads them normalized', () => {
  const { root } = scan('<a b="x\r\ny\tz&#10;&amp;"/>')
  assert.equal(root.attributes[0]?.raw, 'x\ny\tz&#10;&amp;')
  assert.equal(attributeOf(root, 'b'), 'x y z\n&')
})

/** Scans, and lets nothing through but the scanner's own refusal. */
function scanOrRefuse(bytes: Buffer) {
  try {
    return scanXml(bytes)
  } catch (error) {
    assert.ok(error instanceof XmlError, `${error}`)
    return undefined
  }
}

const xmlish = fc.stringMatching(/^(<|>|\/|a|b:|xmlns|="|"|'| |&amp;|&#6|;|<!--|\?|\]\]|\r|é|😀)*$/)

test('scanXml answers any bytes with a tree or an XmlError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      scanOrRefuse(Buffer.from(bytes))
    }),
    { numRuns: 1000 },
  )
})

test('scanXml answers any text of XML with a tree or an XmlError', () => {
  fc.assert(
    fc.property(fc.oneof(xmlish, fc.string({ unit: 'binary' })), (text) => {
      scanOrRefuse(Buffer.from(text))
    }),
    { numRuns: 3000 },
  )
})

test('scanXml answers any changed response with a tree or an XmlError', () => {
  const originals = providers.map((provider) => Buffer.from(providerResponse(provider)))
  fc.assert(
    fc.property(fc.constantFrom(...originals), mutateBytes, (original, mutate) => {
      scanOrRefuse(mutate(original))
    }),
    { numRuns: 2000 },
  )
})

test('scanXml and canonicalize come to rest: the canonical form of a canonical form is itself', () => {
  fc.assert(
    fc.property(xmlDocument, (xml) => {
      const once = canonicalize(scan(xml).root)
      assert.equal(canonicalize(scan(once).root), once)
    }),
    { numRuns: 2000 },
  )
})
