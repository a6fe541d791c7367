import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalForm } from '#shared/saml/canonicalize.ts'
import { scanCanonical, scanXml } from '#shared/saml/scan.ts'
import { XmlError } from '#shared/saml/xml-error.ts'
import type { XmlElement } from '#shared/saml/xml-tree.ts'
import { mutateTree } from '#test/fixtures/saml/mutate.ts'
import { providerResponse, providers } from '#test/fixtures/saml/providers.ts'
import { xmlDocument } from '#test/fixtures/saml/xml-documents.ts'

const methods = ['exclusive', 'inclusive-1.0', 'inclusive-1.1'] as const

/** What comes of it: the tree or the cause of the refusal. */
function outcome(scan: () => XmlElement) {
  try {
    return scan()
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return error.xmlCause
  }
}

/** Both scans of the canonical form of that element and of each of its children. */
function comparesScans(root: XmlElement, method: (typeof methods)[number]) {
  for (const element of [root, ...root.children]) {
    const form = canonicalForm(element, { method })
    assert.equal(form.utf8, form.bytes.toString('latin1'))
    const scanned = outcome(() => scanXml(form.bytes).root)
    assert.deepEqual(
      outcome(() => scanCanonical(form)),
      scanned,
    )
  }
}

test('scanCanonical reads canonical forms as scanXml does', () => {
  fc.assert(
    fc.property(xmlDocument, fc.constantFrom(...methods), (xml, method) => {
      comparesScans(scanXml(Buffer.from(xml)).root, method)
    }),
    { numRuns: 20_000 },
  )
})

for (const provider of providers) {
  test(`scanCanonical reads the response of ${provider.name} as scanXml does`, () => {
    for (const method of methods) {
      comparesScans(scanXml(Buffer.from(providerResponse(provider))).root, method)
    }
  })
}

test('scanCanonical reads altered responses as scanXml does', () => {
  const documents = providers.map(providerResponse)
  fc.assert(
    fc.property(fc.constantFrom(...documents), mutateTree, (xml, mutate) => {
      const altered = outcome(() => scanXml(Buffer.from(mutate(xml))).root)
      if (typeof altered !== 'string') comparesScans(altered, 'exclusive')
    }),
    { numRuns: 2000 },
  )
})

test('scanCanonical refuses ]]> that C14N made of references', () => {
  const form = canonicalForm(scanXml(Buffer.from('<a b="]]&gt;"/>')).root)
  assert.equal(form.utf8, '<a b="]]>"></a>')
  assert.throws(() => scanCanonical(form), { xmlCause: 'xml_not_well_formed' })
  assert.throws(() => scanXml(form.bytes), { xmlCause: 'xml_not_well_formed' })
})
