import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Canonicalization } from '#shared/saml/algorithms.ts'
import { canonicalize } from '#shared/saml/canonicalize.ts'
import { hasXmlBase } from '#shared/saml/canonicalize-apex.ts'
import { scanXml } from '#shared/saml/scan.ts'
import type { XmlElement } from '#shared/saml/xml-tree.ts'
import { xmlDocument } from '#test/fixtures/saml/xml-documents.ts'
import { type Form, startLibxml2 } from './c14n-libxml2.ts'

const DOCUMENTS = Number(process.env['C14N_RUNS'] ?? 12_000)
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)

const methods: readonly Canonicalization[] = ['exclusive', 'inclusive-1.0', 'inclusive-1.1']

/** A document, which of its elements, what of it to omit, and inclusive prefixes. */
const inputs = fc.tuple(
  xmlDocument,
  fc.nat(),
  fc.nat(),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', '#default'), { minLength: 1, maxLength: 3 }),
)

/** In every way: the document, one element, and that without one of its descendants. */
function formsOf(elements: readonly XmlElement[], at: number, toOmit: number, prefixes: string[]) {
  const element = at % elements.length
  const apex = elements[element]
  assert.ok(apex)
  const below = elements.filter(({ start, end }) => start > apex.start && end <= apex.end)
  const omitted = below[toOmit % Math.max(below.length, 1)]
  const scopes: readonly Omit<Form, 'method'>[] = [
    {},
    { element },
    ...(omitted ? [{ element, omit: elements.indexOf(omitted) }] : []),
  ]
  return scopes
    .flatMap((scope) => [
      ...methods.map((method): Form => ({ method, ...scope })),
      { method: 'exclusive' as const, prefixes, ...scope },
    ])
    .filter(({ method }) => method !== 'inclusive-1.1' || isComparable(elements, apex))
}

/**
 * C14N 1.1 is refused where a base is in force. libxml2 2.9 drops an empty one
 * everywhere, which Canonical XML 1.1 §2.4 asks for below omitted elements only.
 */
const isComparable = (elements: readonly XmlElement[], apex: XmlElement) =>
  !hasXmlBase(apex) && !elements.some(hasEmptyBase)

const hasEmptyBase = ({ attributes }: XmlElement) =>
  attributes.some(({ name, raw }) => name === 'xml:base' && raw === '')

function ours(elements: readonly XmlElement[], { method, element = 0, omit, prefixes }: Form) {
  const apex = elements[element]
  assert.ok(apex)
  return canonicalize(apex, {
    method,
    inclusivePrefixes: prefixes,
    omit: omit === undefined ? undefined : elements[omit],
  })
}

test('canonicalize writes the bytes that libxml2 writes, by every method', async (t) => {
  t.diagnostic(`FC_SEED=${seed}`)
  await using libxml2 = await startLibxml2()
  let compared = 0
  const property = fc.asyncProperty(inputs, async ([xml, at, toOmit, prefixes]) => {
    const { elements } = scanXml(Buffer.from(xml))
    const forms = formsOf(elements, at, toOmit, prefixes)
    const theirs = await libxml2.canonicalize(xml, forms)
    for (const [index, form] of forms.entries()) {
      assert.equal(ours(elements, form), theirs[index], JSON.stringify(form))
    }
    compared += forms.length
  })
  await fc.assert(property, { numRuns: DOCUMENTS, seed })
  t.diagnostic(`${compared} canonical forms of ${DOCUMENTS} documents`)
})
