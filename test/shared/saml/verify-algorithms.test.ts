import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  c14nPairs,
  matrixOf,
  matrixResponse,
  type Signer,
  signers,
  withAlgorithms,
} from '#test/fixtures/saml/algorithm-matrix.ts'
import { type Edit, inOrder, setAttribute, swap, within } from '#test/fixtures/saml/edit-xml.ts'
import { variations } from '#test/fixtures/saml/good/variations.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  expectations,
  identity,
  plainResponse,
  posted,
  signings,
} from '#test/fixtures/saml/plain-response.ts'

const nameOf = ({ method, keyName }: Signer) => `${method.split('#')[1]} with ${keyName}`

/** Changes one character of the first such value, so that what it decodes to changes. */
const flip = (tag: string): Edit =>
  within(tag, (element) => {
    const at = element.indexOf('>') + 10
    return element.slice(0, at) + (element[at] === 'A' ? 'B' : 'A') + element.slice(at + 1)
  })

/** Says that the first signature was made with another hash. */
const relabel: Edit = (xml) =>
  xml.replace(
    /(SignatureMethod Algorithm="[^"]*sha)(\d+)/,
    (_, start: string, bits: string) => start + (bits === '256' ? '384' : '256'),
  )

/** What somebody changes afterwards, and as what it is refused. */
const changes: readonly (readonly [string, Edit])[] = [
  ['signature_digest', swap('>engineers<', '>owners<')],
  ['signature_invalid', flip('ds:SignatureValue')],
  ['signature_invalid', flip('ds:DigestValue')],
  ['signature_invalid', relabel],
]

for (const signer of signers) {
  const expected = { ...expectations, keys: [keys.stranger.publicKey, signer.key.publicKey] }
  const strangers = {
    ...expectations,
    keys: Object.values(keys)
      .filter((key) => key !== signer.key)
      .map(({ publicKey }) => publicKey),
  }

  test(`verifyResponse accepts ${nameOf(signer)} by every C14N, and no change of it`, () => {
    for (const one of matrixOf(signer)) {
      const xml = matrixResponse(one, signer.key)
      const result = judgeResponse(posted(xml), expected)
      assert.deepEqual(result, { ok: true, value: { ...identity, keyIndex: 1 } }, one.name)
      for (const [cause, change] of changes) {
        const refused = judgeResponse(posted(change(xml)), expected)
        assert.equal(!refused.ok && refused.error.cause, cause, `${one.name}, ${change.name}`)
      }
      const other = judgeResponse(posted(xml), strangers)
      assert.equal(!other.ok && other.error.cause, 'signature_invalid', one.name)
    }
  })
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Changes around an Assertion: only inclusive C14N has them in what is signed. */
const surroundings: readonly (readonly [string, Edit])[] = [
  ['a declaration', setAttribute('samlp:Response', 'xmlns:x', 'urn:x')],
  ['a default namespace', setAttribute('samlp:Response', 'xmlns', 'urn:x')],
  ['xml:lang', setAttribute('samlp:Response', 'xml:lang', 'en')],
]
for (const [what, edit] of surroundings) {
  test(`verifyResponse takes ${what} around an Assertion as C14N does`, () => {
    for (const { ofSignedInfo, ofReference } of c14nPairs) {
      const signed = plainResponse('assertion', withAlgorithms({ ofSignedInfo, ofReference }))
      const result = judgeResponse(posted(edit(signed)), expectations)
      const causes = [
        ofSignedInfo !== exclusive && 'signature_invalid',
        ofReference !== exclusive && 'signature_digest',
      ].filter((cause) => cause !== false)
      assert.equal(result.ok ? undefined : result.error.cause, causes[0], ofSignedInfo)
    }
  })
}

/** What surrounds the Assertion of a provider that signs by inclusive C14N. */
const context: Edit = inOrder(
  setAttribute('samlp:Response', 'xmlns:xs', 'http://www.w3.org/2001/XMLSchema'),
  setAttribute('samlp:Response', 'xmlns', 'urn:default'),
  setAttribute('saml:Assertion', 'xmlns', ''),
  setAttribute('saml:Subject', 'xmlns:x', 'urn:x'),
  setAttribute('saml:NameID', 'xmlns:x', 'urn:y'),
  setAttribute('saml:NameID', 'xml:lang', 'en'),
)

test('verifyResponse reads the same person whatever namespaces inclusive C14N takes along', () => {
  for (const { ofSignedInfo, ofReference } of c14nPairs) {
    for (const signed of signings) {
      const edit = inOrder(context, withAlgorithms({ ofSignedInfo, ofReference }))
      const result = judgeResponse(posted(plainResponse(signed, edit)), expectations)
      assert.deepEqual(result, { ok: true, value: identity }, `${ofSignedInfo} ${ofReference}`)
    }
  }
})

for (const { what, provider, keyName, needsSha1, xml } of variations) {
  const { name, issuer } = provider

  test(`verifyResponse accepts ${name} where it ${what}`, () => {
    const expected = { ...expectations, issuer, keys: [keys[keyName].publicKey] }
    const allowing = { ...expected, allowsSha1: true }
    const usesSha1 = needsSha1 ? ({ usesSha1: true } as const) : {}
    assert.deepEqual(judgeResponse(posted(xml), allowing), {
      ok: true,
      value: { ...provider.identity, ...usesSha1 },
    })
    const strict = judgeResponse(posted(xml), expected)
    assert.equal(
      strict.ok ? undefined : strict.error.cause,
      needsSha1 ? 'signature_algorithm' : undefined,
    )
    const changed = swap('AuthnInstant="2026', 'AuthnInstant="2025')(xml)
    const refused = judgeResponse(posted(changed), allowing)
    assert.equal(!refused.ok && refused.error.cause, 'signature_digest')
  })
}
