import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash, type KeyObject } from 'node:crypto'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Canonicalization, canonicalizations } from '#shared/saml/algorithms.ts'
import { scanXml } from '#shared/saml/scan.ts'
import {
  type MatrixCase,
  matrixOf,
  matrixResponse,
  type Signer,
  sha1Pairs,
  signers,
  withAlgorithms,
} from '#test/fixtures/saml/algorithm-matrix.ts'
import { type Edit, inOrder, setAttribute } from '#test/fixtures/saml/edit-xml.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  expectations,
  identity,
  plainResponse,
  plainTemplate,
  posted,
} from '#test/fixtures/saml/plain-response.ts'
import { startLibxml2 } from './c14n-libxml2.ts'
import { signWithXmlsec1, verifyWithXmlsec1, xmlsec1Transforms } from './xmlsec1.ts'

const isPss = ({ method }: Signer) => method.endsWith('-rsa-MGF1')
const nameOf = ({ method, keyName }: Signer) => `${method.split('#')[1]} with ${keyName}`

test('xmlsec1 knows no PSS yet: if it does, the tests of PSS below can go', () => {
  assert.doesNotMatch(xmlsec1Transforms(), /pss|mgf1"/i)
})

for (const signer of signers.filter((one) => !isPss(one))) {
  const { publicKey, privateKey } = signer.key
  const expected = { ...expectations, keys: [publicKey] }

  test(`xmlsec1 verifies what is signed by ${nameOf(signer)}, every C14N`, () => {
    const cases = matrixOf(signer)
    const documents = cases.map((one) => matrixResponse(one, signer.key))
    const verdicts = verifyWithXmlsec1(documents, publicKey, 1)
    assert.deepEqual(
      verdicts,
      documents.map(() => true),
    )
    const twice = documents.filter((_, index) => cases[index]?.signed === 'both')
    assert.deepEqual(
      verifyWithXmlsec1(twice, publicKey, 2),
      twice.map(() => true),
    )
  })

  test(`verifyResponse accepts what xmlsec1 signs by ${nameOf(signer)}, every C14N`, () => {
    for (const { name, signed, algorithms } of matrixOf(signer)) {
      if (signed === 'both') continue
      const template = inOrder(surroundings, withAlgorithms(algorithms))(plainTemplate(signed))
      const xml = signWithXmlsec1(template, privateKey)
      assert.deepEqual(judgeResponse(posted(xml), expected), { ok: true, value: identity }, name)
    }
  })
}

/** What inclusive C14N takes over from outside of the Assertion and of SignedInfo. */
const surroundings: Edit = inOrder(
  setAttribute('samlp:Response', 'xml:lang', 'en'),
  setAttribute('samlp:Response', 'xml:space', 'preserve'),
  setAttribute('samlp:Response', 'xml:id', 'x'),
  setAttribute('samlp:Response', 'xmlns:xs', 'http://www.w3.org/2001/XMLSchema'),
  setAttribute('saml:Assertion', 'xml:lang', 'de'),
  setAttribute('saml:Assertion', 'xmlns', 'urn:default'),
)

test('xmlsec1 verifies what is signed with SHA-1', () => {
  const documents = sha1Pairs.map(([method, digest]) =>
    plainResponse('assertion', withAlgorithms({ method, digest })),
  )
  const verdicts = verifyWithXmlsec1(documents, keys.provider.publicKey, 1)
  assert.deepEqual(verdicts, [true, true, true])
})

test('xmlsec1 refuses what was changed', () => {
  const xml = plainResponse('assertion').replace('ada.lovelace', 'eve.lovelace')
  assert.deepEqual(verifyWithXmlsec1([xml], keys.provider.publicKey, 1), [false])
})

const methodOf = (identifier: string | undefined): Canonicalization =>
  canonicalizations.get(identifier || 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315') ??
  'exclusive'

/** Verifies every signature of a response with libxml2's C14N and OpenSSL's PSS. */
async function verifyPss(
  libxml2: Awaited<ReturnType<typeof startLibxml2>>,
  xml: string,
  { algorithms }: MatrixCase,
  key: KeyObject,
) {
  const { elements } = scanXml(Buffer.from(xml))
  const signatures = elements.filter(({ local }) => local === 'Signature')
  for (const signature of signatures) {
    const [signedInfo] = signature.children
    assert.ok(signature.parent && signedInfo)
    const [digested, signedBytes] = await libxml2.canonicalize(xml, [
      {
        method: methodOf(algorithms.ofReference),
        element: elements.indexOf(signature.parent),
        omit: elements.indexOf(signature),
      },
      { method: methodOf(algorithms.ofSignedInfo), element: elements.indexOf(signedInfo) },
    ])
    const source = xml.slice(signature.start, signature.end)
    const [, digest] = /DigestValue>([^<]*)/.exec(source) ?? []
    const [, value] = /SignatureValue>([^<]*)/.exec(source) ?? []
    const hashName = algorithms.digest?.match(/sha\d+$/)?.[0] ?? ''
    assert.equal(hash(hashName, digested ?? '', 'base64'), digest)
    assert.match(verifyWithOpenssl(signedBytes ?? '', value ?? '', algorithms.method, key), /OK/)
  }
  return signatures.length
}

function verifyWithOpenssl(
  bytes: string,
  value: string,
  method: string | undefined,
  key: KeyObject,
) {
  const hashName = /#(sha\d+)-rsa-MGF1$/.exec(method ?? '')?.[1] ?? ''
  using folder = mkdtempDisposableSync(join(tmpdir(), 'openssl-'))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder.path, name), content)
    return join(folder.path, name)
  }
  const options = ['padding_mode:pss', 'pss_saltlen:digest', `mgf1_md:${hashName}`]
  return execFileSync(
    'openssl',
    [
      ...['dgst', `-${hashName}`, ...options.flatMap((option) => ['-sigopt', `rsa_${option}`])],
      ...['-verify', file('key.pem', key.export({ type: 'spki', format: 'pem' }) as string)],
      ...['-signature', file('value', Buffer.from(value, 'base64')), file('bytes', bytes)],
    ],
    { encoding: 'utf8' },
  )
}

for (const signer of signers.filter(isPss)) {
  test(`OpenSSL over libxml2 verifies what is signed by ${nameOf(signer)}, every C14N`, async () => {
    await using libxml2 = await startLibxml2()
    const cases = matrixOf(signer)
    let count = 0
    for (const one of cases) {
      const xml = matrixResponse(one, signer.key)
      count += await verifyPss(libxml2, xml, one, signer.key.publicKey)
    }
    assert.equal(count, cases.length + cases.filter(({ signed }) => signed === 'both').length)
  })
}
