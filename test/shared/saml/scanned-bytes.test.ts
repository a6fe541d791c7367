import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scanXml } from '#shared/saml/scan.ts'
import { isRepeated, loadBytes } from '#shared/saml/scanned-bytes.ts'
import { XmlError } from '#shared/saml/xml-error.ts'
import { providerResponse, providers } from '#test/fixtures/saml/providers.ts'
import { xmlDocument } from '#test/fixtures/saml/xml-documents.ts'

/** Leaves the whole document in memory, where what is cut off would go on. */
function refusesCut(whole: Buffer, length: number) {
  scanXml(whole)
  assert.throws(() => scanXml(whole.subarray(0, length)), XmlError)
}

for (const provider of providers) {
  test(`a scan reads nothing of an earlier document: ${provider.name}`, () => {
    const whole = Buffer.from(providerResponse(provider).trimEnd())
    for (let length = whole.length - 1; length > 0; length -= 7) refusesCut(whole, length)
  })
}

test('a scan reads nothing of an earlier document, whatever that was', () => {
  fc.assert(
    fc.property(xmlDocument, fc.double({ min: 0, max: 1, noNaN: true }), (xml, cut) => {
      const whole = Buffer.from(xml.trimEnd())
      refusesCut(whole, Math.floor(cut * (whole.length - 1)))
    }),
    { numRuns: 2000 },
  )
})

test('a scan gives the same tree after any other', () => {
  fc.assert(
    fc.property(xmlDocument, xmlDocument, (xml, other) => {
      const { root } = scanXml(Buffer.from(xml))
      scanXml(Buffer.from(other))
      assert.deepEqual(scanXml(Buffer.from(xml)).root, root)
    }),
    { numRuns: 500 },
  )
})

test('isRepeated compares all bytes, and none behind the end', () => {
  const text = '<name-of-twenty-bytes><name-of-twenty-bytes'
  const length = '<name-of-twenty-bytes'.length
  loadBytes(Buffer.from(`${text}>`))
  assert.equal(isRepeated(0, length + 1, length), true)
  assert.equal(isRepeated(0, length + 1, length + 1), true)
  for (let at = 0; at < length; at++) {
    const changed = Buffer.from(text)
    changed[length + 1 + at] = 0x21
    loadBytes(changed)
    assert.equal(isRepeated(0, length + 1, length), false)
    assert.equal(isRepeated(at, length + 1 + at, 1), false)
  }
  loadBytes(Buffer.from(text.slice(0, -1)))
  assert.equal(isRepeated(0, length + 1, length), false)
})

test('scanXml refuses what is too long', () => {
  const bytes = Buffer.alloc(2 * 1024 * 1024, 'x')
  assert.throws(() => scanXml(bytes), { xmlCause: 'xml_limit' })
})
