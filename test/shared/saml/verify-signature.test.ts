import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import type { AlgorithmOptions } from '#shared/saml/algorithms.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { verifySignature } from '#shared/saml/verify-signature.ts'
import { onlyChild } from '#shared/saml/xml-tree.ts'
import { digestMethods, sha1Pairs, withAlgorithms } from '#test/fixtures/saml/algorithm-matrix.ts'
import { canonicalizeWithXmlCrypto } from '#test/fixtures/saml/canonicalize-with-xml-crypto.ts'
import {
  after,
  dropElement,
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  swap,
  unchanged,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { plainResponse } from '#test/fixtures/saml/plain-response.ts'

/** Verifies the signature of the Response. */
function verifyRoot(
  xml: string,
  verifyingKeys: readonly KeyObject[] = [keys.provider.publicKey],
  options?: AlgorithmOptions,
) {
  const { root } = scanXml(Buffer.from(xml))
  const signature = onlyChild(root, ns.signature, 'Signature')
  assert.ok(signature)
  return verifySignature(root, signature, verifyingKeys, options)
}

const signed = (edit: Edit = unchanged) => plainResponse('response', edit)

test('verifySignature gives the canonical bytes of the element without its signature', () => {
  const xml = signed()
  const unsigned = dropElement('ds:Signature')(xml)
  const result = verifyRoot(xml)
  assert.ok(result.ok)
  assert.equal(result.value.bytes.toString(), canonicalizeWithXmlCrypto(unsigned, { xpath: '/*' }))
})

const rsa = keys.provider.publicKey
const other = keys.next.publicKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const ed25519 = generateKeyPairSync('ed25519').publicKey

const keyLists: readonly (readonly [string, readonly KeyObject[], number])[] = [
  ['the only key', [rsa], 0],
  ['the first of two keys', [rsa, other], 0],
  ['the second of two keys', [other, rsa], 1],
  ['a key behind those of other kinds', [ec, ed25519, rsa], 2],
]
for (const [what, list, keyIndex] of keyLists) {
  test(`verifySignature says that it was ${what}`, () => {
    const result = verifyRoot(signed(), list)
    assert.ok(result.ok)
    assert.equal(result.value.keyIndex, keyIndex)
  })
}

const keyInfos = [
  '<ds:KeyInfo/>',
  '<ds:KeyInfo><ds:KeyName>anything</ds:KeyName></ds:KeyInfo>',
  `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${keys.stranger.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
  '<ds:KeyInfo><ds:RetrievalMethod URI="https://evil.example/key"/></ds:KeyInfo>',
]
for (const keyInfo of keyInfos) {
  test(`verifySignature does not care for ${keyInfo.slice(0, 60)}`, () => {
    assert.ok(verifyRoot(after('</ds:SignatureValue>', keyInfo)(signed())).ok)
  })
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11'
const inclusiveNamespaces = (prefixes: string) =>
  `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${prefixes}"/>`

const inclusiveInTransform = (prefixes: string) =>
  within(
    'ds:Transforms',
    swap(
      `Algorithm="${exclusive}"/>`,
      `Algorithm="${exclusive}">${inclusiveNamespaces(prefixes)}</ds:Transform>`,
    ),
  )

const inclusiveInMethod = (prefixes: string) =>
  within('ds:CanonicalizationMethod', (method) =>
    method.replace('/>', `>${inclusiveNamespaces(prefixes)}</ds:CanonicalizationMethod>`),
  )

const xs = setAttribute('samlp:Response', 'xmlns:xs', 'http://www.w3.org/2001/XMLSchema')
const sixteen = 'a b c d e f g h i j k l m n o xs'

const accepted: readonly (readonly [string, Edit])[] = [
  ['a PrefixList in the Transform', inOrder(xs, inclusiveInTransform('xs'))],
  ['a PrefixList of SignedInfo', inOrder(xs, inclusiveInMethod('xs'))],
  ['a PrefixList in both', inOrder(xs, inclusiveInMethod('xs'), inclusiveInTransform('saml xs'))],
  ['a PrefixList of sixteen prefixes', inOrder(xs, inclusiveInTransform(sixteen))],
  ['an empty PrefixList', inclusiveInTransform('')],
  ['an Id on the Signature', setAttribute('ds:Signature', 'Id', 'signature')],
  ['an Id on SignedInfo', setAttribute('ds:SignedInfo', 'Id', 'signed-info')],
  [
    'line breaks between the parts',
    within('ds:SignedInfo', (part) => part.replaceAll(/><(?!.ds:DigestV)/g, '>\n<')),
  ],
  [
    'line breaks in Windows',
    within('ds:SignedInfo', (part) => part.replaceAll(/><(?!.ds:DigestV)/g, '>\r\n<')),
  ],
  ['a Type on the Reference', setAttribute('ds:Reference', 'Type', 'urn:x')],
  ...digestMethods.map((digest): [string, Edit] => [digest, withAlgorithms({ digest })]),
  ['a reference by C14N 1.0', withAlgorithms({ ofReference: inclusive })],
  ['a reference by C14N 1.1', withAlgorithms({ ofReference: inclusive11 })],
  ['a reference by the enveloped signature transform alone', withAlgorithms({ ofReference: '' })],
  ['SignedInfo by C14N 1.0', withAlgorithms({ ofSignedInfo: inclusive })],
  ['SignedInfo by C14N 1.1', withAlgorithms({ ofSignedInfo: inclusive11 })],
  [
    'a PrefixList in the Transform, SignedInfo by C14N 1.0',
    inOrder(xs, inclusiveInTransform('xs'), withAlgorithms({ ofSignedInfo: inclusive })),
  ],
]
for (const [what, edit] of accepted) {
  test(`verifySignature accepts ${what}`, () => {
    assert.ok(verifyRoot(signed(edit)).ok)
  })
}

const spellings: readonly (readonly [string, Edit])[] = [
  [
    'a SignatureValue in lines',
    within('ds:SignatureValue', (element) => element.replaceAll(/[^<>]{64}/g, '$&\n')),
  ],
  [
    'a SignatureValue in lines of Windows, as references',
    within('ds:SignatureValue', (element) => element.replaceAll(/[^<>]{64}/g, '$&&#13;\n')),
  ],
  [
    'white space around the parts of the Signature',
    swap('</ds:SignedInfo>', '</ds:SignedInfo>\n '),
  ],
  [
    'another order and quotes of attributes',
    swap(
      'Version="2.0" IssueInstant="2026-03-04T10:15:29Z"',
      "IssueInstant='2026-03-04T10:15:29Z'\nVersion='2.0'",
    ),
  ],
  ['references for characters', setContent('saml:NameID', 'ada&#46;lovelace&#x40;example.com')],
  ['an empty element written out', swap('Success"/>', 'Success"></samlp:StatusCode>')],
  ['declarations that nobody utilizes', setAttribute('saml:Subject', 'xmlns:x', 'urn:x')],
]
for (const [what, edit] of spellings) {
  test(`verifySignature sees no change in ${what}`, () => {
    assert.deepEqual(verifyRoot(edit(signed())), verifyRoot(signed()))
  })
}

test('verifySignature asks a key first: a digest is compared only once SignedInfo is vouched for', () => {
  const changed = setContent('saml:NameID', 'mallory@example.com')(signed())
  assert.deepEqual(verifyRoot(changed), { ok: false, error: { cause: 'signature_digest' } })
  assert.deepEqual(verifyRoot(changed, [other]), {
    ok: false,
    error: { cause: 'signature_invalid' },
  })
})

test('verifySignature says which algorithm it wants', () => {
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
  const method = setAttribute('ds:SignatureMethod', 'Algorithm', sha1)
  assert.deepEqual(verifyRoot(signed(method)), {
    ok: false,
    error: { cause: 'signature_algorithm', got: sha1 },
  })
})

for (const [method, digest] of sha1Pairs) {
  const withSha1 = signed(withAlgorithms({ method, digest }))

  test(`verifySignature accepts ${method} with ${digest} only where SHA-1 is allowed`, () => {
    for (const options of [undefined, {}, { allowsSha1: false }, { allowsSha1: undefined }]) {
      const result = verifyRoot(withSha1, undefined, options)
      assert.equal(!result.ok && result.error.cause, 'signature_algorithm')
    }
    const allowed = verifyRoot(withSha1, undefined, { allowsSha1: true })
    assert.equal(allowed.ok && allowed.value.usesSha1, true)
  })

  test(`verifySignature finds the changes of ${method} with ${digest} where SHA-1 is allowed`, () => {
    const options = { allowsSha1: true }
    const changed = setContent('saml:NameID', 'mallory@example.com')(withSha1)
    const result = verifyRoot(changed, undefined, options)
    assert.equal(!result.ok && result.error.cause, 'signature_digest')
    const unknown = verifyRoot(withSha1, [other], options)
    assert.equal(!unknown.ok && unknown.error.cause, 'signature_invalid')
  })
}

test('verifySignature says that SHA-1 was not used, also where it is allowed', () => {
  for (const options of [undefined, { allowsSha1: true }]) {
    const result = verifyRoot(signed(), undefined, options)
    assert.equal(result.ok && result.value.usesSha1, false)
  }
})

const withoutOptIn = ['ecdsa-sha1', 'rsa-md5', 'hmac-sha1', 'rsa-ripemd160']
for (const name of withoutOptIn) {
  test(`verifySignature refuses ${name} also where SHA-1 is allowed`, () => {
    const method = `http://www.w3.org/2001/04/xmldsig-more#${name}`
    const result = verifyRoot(signed(withAlgorithms({ method })), undefined, { allowsSha1: true })
    assert.equal(!result.ok && result.error.cause, 'signature_algorithm')
  })
}

test('verifySignature takes xml:base as C14N 1.0 does, and none by C14N 1.1', () => {
  const base = setAttribute('samlp:Response', 'xml:base', 'https://idp.example.com/')
  assert.ok(verifyRoot(signed(inOrder(base, withAlgorithms({ ofReference: inclusive })))).ok)
  assert.deepEqual(
    verifyRoot(signed(inOrder(base, withAlgorithms({ ofReference: inclusive11 })))),
    {
      ok: false,
      error: { cause: 'signature_transform', got: 'xml:base' },
    },
  )
})

test('verifySignature throws where the canonical SignedInfo is not what we read', () => {
  const limit = setAttribute('ds:SignedInfo', 'Id', ']]&gt;')
  assert.throws(() => verifyRoot(signed(limit)), { xmlCause: 'xml_not_well_formed' })
})
