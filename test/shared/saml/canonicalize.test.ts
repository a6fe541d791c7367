import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalize, prefixList } from '#shared/saml/canonicalize.ts'
import { hasXmlBase } from '#shared/saml/canonicalize-apex.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { deepText, normalizedValue, type XmlElement } from '#shared/saml/xml-tree.ts'
import { canonicalizeWithXmlCrypto } from '#test/fixtures/saml/canonicalize-with-xml-crypto.ts'
import { xmlDocument } from '#test/fixtures/saml/xml-documents.ts'

const elementsOf = (xml: string) => scanXml(Buffer.from(xml)).elements

/** The first element of that name. */
function elementNamed(xml: string, name: string): XmlElement {
  const found = elementsOf(xml).find((element) => element.name === name)
  assert.ok(found, `no ${name}`)
  return found
}

// Exclusive XML Canonicalization 1.0 §2.2: the same element in two contexts.
const elem2 =
  '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en">\n<n3:stuff xmlns:n3="ftp://example.org"/>\n</n1:elem2>'
const contexts = [
  `<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org">${elem2}</n0:local>`,
  `<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain">${elem2}</n2:pdu>`,
]
for (const context of contexts) {
  test(`canonicalize does not take over what surrounds the element: ${context.slice(0, 9)}`, () => {
    assert.equal(
      canonicalize(elementNamed(context, 'n1:elem2')),
      '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en">\n<n3:stuff xmlns:n3="ftp://example.org"></n3:stuff>\n</n1:elem2>',
    )
  })
}

// Canonical XML 1.0 §3.3; there is no DTD here to give e9 its default attribute.
const tags = `<doc>
   <e1   />
   <e2   ></e2>
   <e3   name = "elem3"   id="elem3"   />
   <e4   name="elem4"   id="elem4"   ></e4>
   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
      xmlns:b="http://www.ietf.org"
      xmlns:a="http://www.w3.org"
      xmlns="http://example.org"/>
   <e6 xmlns="" xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="" xmlns:a="http://www.w3.org">
            <e9 xmlns="" xmlns:a="http://www.ietf.org"/>
         </e8>
      </e7>
   </e6>
</doc>`

const canonicalTags = (e6: string, e9: string) => `<doc>
   <e1></e1>
   <e2></e2>
   <e3 id="elem3" name="elem3"></e3>
   <e4 id="elem4" name="elem4"></e4>
   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>
   <e6${e6}>
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="">
            <e9${e9}></e9>
         </e8>
      </e7>
   </e6>
</doc>`

test('canonicalize writes the tags of Canonical XML §3.3, declaring only what is utilized', () => {
  assert.equal(canonicalize(elementNamed(tags, 'doc')), canonicalTags('', ''))
})

test('canonicalize writes them as Canonical XML does where all prefixes are inclusive', () => {
  assert.equal(
    canonicalize(elementNamed(tags, 'doc'), { inclusivePrefixes: ['a', 'b', '#default'] }),
    canonicalTags(' xmlns:a="http://www.w3.org"', ' xmlns:a="http://www.ietf.org"'),
  )
})

const canonical: readonly (readonly [string, string, string])[] = [
  // Canonical XML 1.0 §3.4 and §3.6.
  [
    'a carriage return as a reference',
    '<a>First line&#x0d;&#10;Second line</a>',
    '<a>First line&#xD;\nSecond line</a>',
  ],
  ['a needless reference as its character', '<a>&#x32;</a>', '<a>2</a>'],
  [
    'quotes and operators in a value',
    `<a expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</a>`,
    '<a expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</a>',
  ],
  [
    'white space in a value',
    "<a attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>",
    '<a attr=" \'    &#xD;&#xA;&#x9;   \' "></a>',
  ],
  ['a character beyond ASCII', '<a>&#169;</a>', '<a>©</a>'],
  ['literal white space in a value as spaces', '<a b="x\ny\tz\r\n"/>', '<a b="x y z "></a>'],
  ['a > in a text, not in a value', '<a b=">">></a>', '<a b=">">&gt;</a>'],
  ['quotes in a text as they are', `<a>&quot;&apos;"'</a>`, `<a>"'"'</a>`],
  [
    'a declaration where it is first needed',
    '<a xmlns:x="urn:x"><b><x:c/></b></a>',
    '<a><b><x:c xmlns:x="urn:x"></x:c></b></a>',
  ],
  [
    'a declaration again for each who needs it',
    '<a xmlns:x="urn:x"><x:b/><x:c/></a>',
    '<a><x:b xmlns:x="urn:x"></x:b><x:c xmlns:x="urn:x"></x:c></a>',
  ],
  [
    'a declaration for an attribute',
    '<a xmlns:x="urn:x"><b x:c=""/></a>',
    '<a><b xmlns:x="urn:x" x:c=""></b></a>',
  ],
  [
    'no declaration that is in force already',
    '<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:x"/></x:a>',
    '<x:a xmlns:x="urn:x"><x:b></x:b></x:a>',
  ],
  [
    'a prefix that is bound anew',
    '<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:y"><x:c xmlns:x="urn:x"/></x:b></x:a>',
    '<x:a xmlns:x="urn:x"><x:b xmlns:x="urn:y"><x:c xmlns:x="urn:x"></x:c></x:b></x:a>',
  ],
  ['no empty default where none was in force', '<a xmlns=""><b xmlns=""/></a>', '<a><b></b></a>'],
  [
    'an empty default behind a prefix',
    '<a xmlns="urn:x"><y:b xmlns:y="urn:y"><c xmlns=""/></y:b></a>',
    '<a xmlns="urn:x"><y:b xmlns:y="urn:y"><c xmlns=""></c></y:b></a>',
  ],
  [
    'no declaration of xml',
    '<a xml:lang="en"><b xml:lang="de"/></a>',
    '<a xml:lang="en"><b xml:lang="de"></b></a>',
  ],
  [
    'attributes by namespace, then by name',
    '<a xmlns:x="urn:b" xmlns:y="urn:a" b="" x:a="" y:c="" a="" x:B=""/>',
    '<a xmlns:x="urn:b" xmlns:y="urn:a" a="" b="" y:c="" x:B="" x:a=""></a>',
  ],
  [
    'attributes of xml by its namespace name',
    '<a xmlns:x="urn:a" xmlns:y="a:a" x:a="" xml:a="" y:a="" b=""/>',
    '<a xmlns:x="urn:a" xmlns:y="a:a" b="" y:a="" xml:a="" x:a=""></a>',
  ],
  [
    'declarations by prefix, the default first',
    '<b:a xmlns:c="urn:c" xmlns:b="urn:b" xmlns:B="urn:B" c:x="" B:x=""/>',
    '<b:a xmlns:B="urn:B" xmlns:b="urn:b" xmlns:c="urn:c" B:x="" b:x="" c:x=""></b:a>'.replace(
      ' b:x=""',
      '',
    ),
  ],
  ['an end tag without its white space', '<a>x</a \n>', '<a>x</a>'],
  [
    'a start tag without its white space, beside one that has none',
    '<a><b>&gt;</b><b >x</b></a>',
    '<a><b>&gt;</b><b>x</b></a>',
  ],
  [
    'names of JavaScript',
    '<__proto__ constructor="1"/>',
    '<__proto__ constructor="1"></__proto__>',
  ],
]
for (const [what, xml, expected] of canonical) {
  test(`canonicalize writes ${what}`, () => {
    const [root] = elementsOf(xml)
    assert.ok(root)
    assert.equal(canonicalize(root), expected)
  })
}

test('canonicalize leaves out one element and what is in it, and nothing else', () => {
  const xml = '<a>x<b>y<c/></b><b>z</b>w</a>'
  const [root, omit] = elementsOf(xml)
  assert.ok(root)
  assert.equal(canonicalize(root, { omit }), '<a>x<b>z</b>w</a>')
})

test('canonicalize declares for what is left, not for what is left out', () => {
  const xml = '<a xmlns:x="urn:x"><x:b><x:c/></x:b><x:d/></a>'
  const [root, omit] = elementsOf(xml)
  assert.ok(root)
  assert.equal(canonicalize(root, { omit }), '<a><x:d xmlns:x="urn:x"></x:d></a>')
})

const lists: readonly (readonly [string, string, readonly string[], string])[] = [
  [
    'a prefix that nobody utilizes',
    '<a xmlns:x="urn:x"><b/></a>',
    ['x'],
    '<b xmlns:x="urn:x"></b>',
  ],
  [
    'a prefix bound outside',
    '<a xmlns:x="urn:x"><b><c/></b></a>',
    ['x'],
    '<b xmlns:x="urn:x"><c></c></b>',
  ],
  [
    'a prefix bound below',
    '<a><b><c xmlns:x="urn:x"/></b></a>',
    ['x'],
    '<b><c xmlns:x="urn:x"></c></b>',
  ],
  ['a prefix that nobody bound', '<a><b/></a>', ['x'], '<b></b>'],
  ['a prefix twice', '<a xmlns:x="urn:x"><b/></a>', ['x', 'x'], '<b xmlns:x="urn:x"></b>'],
  [
    'the default namespace',
    '<a xmlns="urn:x"><y:b xmlns:y="urn:y"/></a>',
    ['#default'],
    '<y:b xmlns="urn:x" xmlns:y="urn:y"></y:b>',
  ],
  [
    'a default namespace that is none',
    '<a><y:b xmlns:y="urn:y"/></a>',
    ['#default'],
    '<y:b xmlns:y="urn:y"></y:b>',
  ],
  [
    'a default namespace that is taken back',
    '<y:a xmlns:y="urn:y" xmlns="urn:x"><y:b><y:c xmlns=""/></y:b></y:a>',
    ['#default'],
    '<y:b xmlns="urn:x" xmlns:y="urn:y"><y:c xmlns=""></y:c></y:b>',
  ],
  ['the prefix xml', '<a><b/></a>', ['xml'], '<b></b>'],
]
for (const [what, xml, inclusivePrefixes, expected] of lists) {
  test(`canonicalize treats as inclusive ${what}`, () => {
    const [, second] = elementsOf(xml)
    assert.ok(second)
    assert.equal(canonicalize(second, { inclusivePrefixes }), expected)
  })
}

type Inclusive = 'inclusive-1.0' | 'inclusive-1.1'
const both: readonly Inclusive[] = ['inclusive-1.0', 'inclusive-1.1']

/** What inclusive C14N writes for the element called `apex`. */
const inclusive: readonly (readonly [string, readonly Inclusive[], string, string])[] = [
  [
    'a declaration where it stands, utilized or not',
    both,
    '<apex xmlns:x="urn:x"><b xmlns="urn:y"/></apex>',
    '<apex xmlns:x="urn:x"><b xmlns="urn:y"></b></apex>',
  ],
  [
    'what is declared outside',
    both,
    '<a xmlns="urn:a" xmlns:y="urn:y"><b xmlns:x="urn:x"><apex/></b></a>',
    '<apex xmlns="urn:a" xmlns:x="urn:x" xmlns:y="urn:y"></apex>',
  ],
  [
    'the innermost of two declarations outside',
    both,
    '<a xmlns:x="urn:a"><b xmlns:x="urn:b"><apex/></b></a>',
    '<apex xmlns:x="urn:b"></apex>',
  ],
  [
    'its own declaration rather than one outside',
    both,
    '<a xmlns:x="urn:a"><apex xmlns:x="urn:b"><x:c/></apex></a>',
    '<apex xmlns:x="urn:b"><x:c></x:c></apex>',
  ],
  [
    'no declaration that is in force already',
    both,
    '<apex xmlns:x="urn:x"><b xmlns:x="urn:x"><c xmlns:x="urn:y" /></b></apex>',
    '<apex xmlns:x="urn:x"><b><c xmlns:x="urn:y"></c></b></apex>',
  ],
  [
    'no default that is taken back outside',
    both,
    '<a xmlns="urn:a"><b xmlns=""><apex/></b></a>',
    '<apex></apex>',
  ],
  [
    'a default that is taken back inside, once',
    both,
    '<a xmlns="urn:a"><apex><c xmlns=""><d xmlns=""/></c></apex></a>',
    '<apex xmlns="urn:a"><c xmlns=""><d></d></c></apex>',
  ],
  [
    'a default that is given again inside',
    both,
    '<apex xmlns="urn:a"><c xmlns=""><d xmlns="urn:a"/></c></apex>',
    '<apex xmlns="urn:a"><c xmlns=""><d xmlns="urn:a"></d></c></apex>',
  ],
  [
    'no declaration of xml',
    both,
    '<a xml:lang="en"><apex xml:lang="de"/></a>',
    '<apex xml:lang="de"></apex>',
  ],
  [
    'the nearest xml:lang and xml:space outside',
    both,
    '<a xml:lang="en" xml:space="default"><b xml:lang="de"><apex p=""><c/></apex></b></a>',
    '<apex p="" xml:lang="de" xml:space="default"><c></c></apex>',
  ],
  [
    'its own xml:lang rather than one outside, also where that is empty',
    both,
    '<a xml:lang="en"><apex xml:lang=""/></a>',
    '<apex xml:lang=""></apex>',
  ],
  [
    'the attributes of its children as they are',
    both,
    '<a xml:lang="en"><apex><apex2/><c xml:lang="de"/></apex></a>',
    '<apex xml:lang="en"><apex2></apex2><c xml:lang="de"></c></apex>',
  ],
  [
    'inherited attributes among its own, by name',
    both,
    '<a xmlns:z="urn:z" xmlns:a="a:a" xml:lang="en"><apex z:p="" a:p="" q=""/></a>',
    '<apex xmlns:a="a:a" xmlns:z="urn:z" q="" a:p="" xml:lang="en" z:p=""></apex>',
  ],
  [
    'an inherited value in its canonical form',
    both,
    "<a xml:lang='&quot;ü&#9;&amp;'><apex/></a>",
    '<apex xml:lang="&quot;ü&#x9;&amp;"></apex>',
  ],
  [
    'every attribute of xml by 1.0',
    ['inclusive-1.0'],
    '<a xml:id="i" xml:base="b" xml:p="q"><apex/></a>',
    '<apex xml:base="b" xml:id="i" xml:p="q"></apex>',
  ],
  [
    'neither xml:id nor what nobody knows by 1.1',
    ['inclusive-1.1'],
    '<a xml:id="i" xml:p="q" xml:lang="en"><apex/></a>',
    '<apex xml:lang="en"></apex>',
  ],
]
for (const [what, versions, xml, expected] of inclusive) {
  test(`canonicalize writes, where it is inclusive, ${what}`, () => {
    for (const method of versions) {
      assert.equal(canonicalize(elementNamed(xml, 'apex'), { method }), expected)
    }
  })
}

// Canonical XML 1.0 §3.3: all declarations but the superfluous ones.
test('canonicalize writes the tags of Canonical XML §3.3, where it is inclusive', () => {
  const e6 = ' xmlns:a="http://www.w3.org"'
  for (const method of both) {
    assert.equal(
      canonicalize(elementNamed(tags, 'doc'), { method }),
      canonicalTags(e6, ' xmlns:a="http://www.ietf.org"'),
    )
  }
})

test('canonicalize inherits nothing for an element like the apex in it', () => {
  const xml = '<a xml:lang="en"><apex><apex/></apex></a>'
  for (const method of both) {
    const canonicalForm = '<apex xml:lang="en"><apex></apex></apex>'
    assert.equal(canonicalize(elementNamed(xml, 'apex'), { method }), canonicalForm)
  }
})

test('canonicalize leaves out an element where it is inclusive', () => {
  const xml = '<a xmlns:x="urn:x"><apex><b/><x:c xmlns:y="urn:y"><y:d/></x:c>t</apex></a>'
  const apex = elementNamed(xml, 'apex')
  for (const method of both) {
    assert.equal(
      canonicalize(apex, { method, omit: apex.children[0] }),
      '<apex xmlns:x="urn:x"><x:c xmlns:y="urn:y"><y:d></y:d></x:c>t</apex>',
    )
  }
})

const bases: readonly (readonly [string, boolean])[] = [
  ['<a><b><apex/></b></a>', false],
  ['<a><b base=""><apex/></b></a>', false],
  ['<a xmlns:x="urn:x" x:base=""><b><apex/></b></a>', false],
  ['<a><b><apex><c xml:base="x"/></apex></b></a>', false],
  ['<a><b><apex xml:base=""/></b></a>', true],
  ['<a><b xml:base="x"><apex/></b></a>', true],
  ['<a xml:base="x"><b><apex/></b></a>', true],
]
for (const [xml, expected] of bases) {
  test(`hasXmlBase tells whether one is in force at the apex: ${xml}`, () => {
    assert.equal(hasXmlBase(elementNamed(xml, 'apex')), expected)
  })
}

const documents = fc.tuple(
  xmlDocument,
  fc.nat(),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
)

test('canonicalize agrees with xml-crypto on any element of any document', () => {
  fc.assert(
    fc.property(documents, ([xml, index, inclusivePrefixes]) => {
      const elements = elementsOf(xml)
      const position = index % elements.length
      const element = elements[position]
      assert.ok(element)
      const xpath = `/descendant::*[${position + 1}]`
      assert.equal(
        canonicalize(element, { inclusivePrefixes }),
        canonicalizeWithXmlCrypto(xml, { xpath, inclusivePrefixes }),
      )
    }),
    { numRuns: Number(process.env['C14N_RUNS'] ?? 3000) },
  )
})

test('canonicalize gives the same again from its own result, by every method', () => {
  fc.assert(
    fc.property(documents, ([xml, index]) => {
      const elements = elementsOf(xml)
      const element = elements[index % elements.length]
      assert.ok(element)
      for (const method of [undefined, ...both]) {
        const once = canonicalize(element, { method })
        const [again] = elementsOf(once)
        assert.ok(again)
        assert.equal(canonicalize(again, { method }), once)
      }
    }),
    { numRuns: 2000 },
  )
})

/** What an application sees of an element: no prefixes, no spellings. */
const meaning = (element: XmlElement): unknown => ({
  name: `{${element.namespace}}${element.local}`,
  attributes: element.attributes
    .map((attribute) =>
      [attribute.namespace, attribute.local, normalizedValue(attribute)].join(' '),
    )
    .toSorted(),
  text: deepText(element),
  children: element.children.map(meaning),
})

test('canonicalize keeps what a document means: who reads the canonical form reads the same', () => {
  fc.assert(
    fc.property(documents, ([xml, index, inclusivePrefixes]) => {
      const elements = elementsOf(xml)
      const element = elements[index % elements.length]
      assert.ok(element)
      const [again] = elementsOf(canonicalize(element, { inclusivePrefixes }))
      assert.ok(again)
      assert.deepEqual(meaning(again), meaning(element))
      const [inclusively] = elementsOf(canonicalize(element, { method: 'inclusive-1.0' }))
      assert.ok(inclusively)
      assert.deepEqual(inclusively.children.map(meaning), element.children.map(meaning))
    }),
    { numRuns: 2000 },
  )
})

test('prefixList splits at any white space of XML', () => {
  assert.deepEqual(prefixList(' a\tb\n#default  c '), ['a', 'b', '#default', 'c'])
  assert.deepEqual(prefixList(' '), [])
  assert.equal(prefixList(undefined), undefined)
})
