import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SignedXml } from 'xml-crypto'
import { authnRequest } from '#shared/saml/authn-request.ts'
import { canonicalize } from '#shared/saml/canonicalize.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { type Sign, signMessage } from '#shared/saml/sign-message.ts'
import { verifySignature } from '#shared/saml/verify-signature.ts'
import { attributeOf } from '#shared/saml/xml-tree.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { signer } from '#test/fixtures/saml/our-keys.ts'

const sign = signer(keys.provider)
const request = {
  id: '_1',
  issueInstant: 1_772_619_330,
  destination: 'https://idp.example.com/sso?a=1&b=2',
  issuer: 'https://signin.vendor.example/saml/sp',
  acsUrl: 'https://signin.vendor.example/saml/acs',
}
const xml = authnRequest(request)

/** Our own verifier's word, as it is asked for a response. */
function verifyOwn(message: string, key = keys.provider) {
  const { root } = scanXml(Buffer.from(message))
  const [, signature] = root.children
  assert.equal(signature?.local, 'Signature')
  return verifySignature(root, signature, [key.publicKey])
}

/** The word of xml-crypto, which shares no code with ours. */
function verifyXmlCrypto(message: string, key = keys.provider) {
  const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(message) ?? []
  const publicCert = key.publicKey.export({ type: 'spki', format: 'pem' })
  const judge = new SignedXml({ publicCert })
  judge.loadSignature(signature)
  return judge.checkSignature(message) ? judge.getSignedReferences() : []
}

describe('signMessage', () => {
  test('puts a signature behind the Issuer that ours and xml-crypto verify', async () => {
    const signed = await signMessage(xml, sign)
    assert.match(signed, /<\/saml:Issuer><ds:Signature .*<\/ds:Signature><samlp:NameIDPolicy/)
    const verified = verifyOwn(signed)
    assert.ok(verified.ok)
    assert.equal(verified.value.bytes.toString(), canonicalize(scanXml(Buffer.from(xml)).root))
    assert.deepEqual(verifyXmlCrypto(signed), [verified.value.bytes.toString()])
  })

  test('changes nothing else of the message', async () => {
    const signed = await signMessage(xml, sign)
    assert.equal(signed.replace(/<ds:Signature .*<\/ds:Signature>/s, ''), xml)
  })

  test('signs what covers the whole message by its ID', async () => {
    const signed = await signMessage(xml, sign)
    assert.ok(signed.includes('<ds:Reference URI="#_1">'))
    assert.ok(!signed.includes('KeyInfo'))
  })

  const changes = [
    ['another destination', 'idp.example.com', 'evil.example.com'],
    ['another ACS', '/saml/acs', '/saml/acx'],
    ['another issuer', '/saml/sp<', '/saml/sq<'],
    ['another policy', 'AllowCreate="true"', 'AllowCreate="false"'],
    ['another ID', 'ID="_1"', 'ID="_2"'],
  ] as const
  for (const [name, from, to] of changes) {
    test(`makes a signature that does not hold for ${name}`, async () => {
      const signed = (await signMessage(xml, sign)).replace(from, to)
      assert.ok(signed.includes(to))
      assert.equal(verifyOwn(signed).ok, false)
    })
  }

  test('makes a signature that holds for its own key only', async () => {
    const signed = await signMessage(xml, sign)
    assert.equal(verifyOwn(signed, keys.stranger).ok, false)
  })

  test('signs what only a section may end with', async () => {
    const message = authnRequest({ ...request, destination: 'https://idp.example.com/?a=]]>' })
    const signed = await signMessage(message, sign)
    assert.ok(verifyOwn(signed).ok)
    assert.equal(verifyXmlCrypto(signed).length, 1)
  })

  test('signs any text, escapes and white space, and another order of attributes', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab&<>"\'\t\n üé😀;#]') })
    await fc.assert(
      fc.asyncProperty(text, text, text, async (destination, issuer, value) => {
        const message = authnRequest({
          ...request,
          destination,
          issuer,
          authnContext: { classRefs: [value] },
        })
        const spaced = message.replace(
          '<samlp:AuthnRequest ',
          '<samlp:AuthnRequest\n  Consent="x" ',
        )
        for (const one of [message, spaced]) {
          const signed = await signMessage(one, sign)
          assert.ok(verifyOwn(signed).ok)
          assert.equal(verifyXmlCrypto(signed).length, 1)
          const { root } = scanXml(Buffer.from(signed))
          assert.equal(attributeOf(root, 'Destination'), destination)
        }
      }),
      { numRuns: 50 },
    )
  })

  const ill = [
    ['no ID', '<a><Issuer/></a>'],
    ['no Issuer', '<a ID="_1"><b/></a>'],
    ['nothing in it', '<a ID="_1"/>'],
  ] as const
  for (const [name, message] of ill) {
    test(`throws where a message has ${name}`, async () => {
      await assert.rejects(signMessage(message, sign), { message: 'a message needs ID, Issuer' })
    })
  }

  test('signs SignedInfo as exclusive C14N writes it', async () => {
    const asked: string[] = []
    const remembering: Sign = (bytes) => {
      asked.push(bytes.toString())
      return sign(bytes)
    }
    const { root } = scanXml(Buffer.from(await signMessage(xml, remembering)))
    const signedInfo = root.children[1]?.children[0]
    assert.ok(signedInfo?.namespace === ns.signature)
    assert.deepEqual(asked, [canonicalize(signedInfo)])
  })
})
