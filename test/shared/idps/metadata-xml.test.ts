import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { METADATA_LIMIT, scanMetadata } from '#shared/idps/metadata-xml.ts'
import { plainMetadata } from './provider-metadata.ts'

const scan = (xml: string) => scanMetadata(Buffer.from(xml))

describe('scanMetadata', () => {
  const refused = [
    ['an empty document', '', 'xml_not_well_formed'],
    ['a document without end', '<a>', 'xml_not_well_formed'],
    ['a comment inside a tag', '<a <!-- --> b="c"/>', 'xml_not_well_formed'],
    ['a comment inside an attribute', '<a b="c<!-- -->d"/>', 'xml_not_well_formed'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>', 'xml_not_well_formed'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>', 'xml_forbidden_construct'],
    [
      'a DOCTYPE with entities',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>',
      'xml_forbidden_construct',
    ],
    ['CDATA', '<a><![CDATA[<!--]]></a>', 'xml_forbidden_construct'],
    ['a comment without end', '<a><!-- </a>', 'xml_forbidden_construct'],
    ['a comment with two hyphens', '<a><!-- -- --></a>', 'xml_forbidden_construct'],
    ['a comment that ends in three hyphens', '<a><!-- ---></a>', 'xml_forbidden_construct'],
    ['an instruction without end', '<a><?pi </a>', 'xml_forbidden_construct'],
    ['a second XML declaration', '<a><?xml version="1.0"?></a>', 'xml_forbidden_construct'],
    ['an unknown entity', '<a>&b;</a>', 'xml_forbidden_construct'],
    ['an unbound prefix', '<a><x:y/></a>', 'xml_namespace'],
    ['an attribute twice', '<a b="c" b="d"/>', 'xml_duplicate_attribute'],
    ['more nesting than anybody needs', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 'xml_limit'],
  ] as const
  for (const [name, xml, cause] of refused) {
    test(`refuses ${name}`, () => {
      const scanned = scan(xml)
      assert.equal(scanned.ok ? 'accepted' : scanned.error.cause, cause)
    })
  }

  test('refuses what is not UTF-8', () => {
    const error = { cause: 'xml_not_utf8' }
    assert.deepEqual(scanMetadata(Buffer.from('<a>\xff</a>', 'latin1')), { ok: false, error })
  })

  test('reads up to one megabyte', () => {
    const largest = `<a/><!--${' '.repeat(METADATA_LIMIT - 11)}-->`
    assert.equal(Buffer.byteLength(largest), 1024 * 1024)
    assert.ok(scan(largest).ok)
    assert.deepEqual(scan(`${largest} `), { ok: false, error: { cause: 'xml_too_large' } })
  })

  test('keeps what only looks like a comment or an instruction', () => {
    const xml = `<a b='--> "?>' c="'&lt;!-- &lt;?pi">--&gt; ?&gt; " ' -- </a>`
    const scanned = scan(`\uFEFF<?xml version="1.0"?>${xml}`)
    assert.ok(scanned.ok)
    const { xml: kept, start, end } = scanned.value
    assert.equal(kept.slice(start, end), Buffer.from(xml).toString('latin1'))
  })

  test('takes comments and instructions out, wherever they may stand', () => {
    const places = [...plainMetadata.matchAll(/(?<=>)|(?<=A)(?=[^<>"]*<\/X509)|^/g)].map(
      ({ index }) => index,
    )
    const omitted = fc.constantFrom('<!---->', '<!-- a > "b" <c/> -->', '<?pi?>', '<?pi <!-- ?>')
    const plain = scan(plainMetadata)
    assert.ok(plain.ok)
    fc.assert(
      fc.property(fc.constantFrom(...places), omitted, (at, text) => {
        const scanned = scan(plainMetadata.slice(0, at) + text + plainMetadata.slice(at))
        assert.equal(scanned.ok && scanned.value.xml, plain.value.xml)
      }),
    )
  })

  test('answers any text, pieces of markup among them', () => {
    const pieces = ['<a>', '</a>', '<!--', '-->', '<?', '?>', '<![CDATA[', '"', '<', '&amp;', '-']
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })))
    fc.assert(
      fc.property(text, (parts) => {
        const scanned = scan(parts.join(''))
        assert.ok(scanned.ok || scanned.error.cause.startsWith('xml_'))
      }),
    )
  })
})
