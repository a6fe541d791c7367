import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { authnRequest } from '#shared/saml/authn-request.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { attributeOf, childrenNamed, leafText, onlyChild } from '#shared/saml/xml-tree.ts'

const request = {
  id: '_1',
  issueInstant: 1_772_619_330,
  destination: 'https://idp.example.com/sso?a=1&b=2',
  issuer: 'https://signin.vendor.example/saml/sp',
  acsUrl: 'https://signin.vendor.example/saml/acs',
}

/** With line breaks as they are: a scanner reads each of them as a line feed. */
const text = fc.string({ unit: 'binary', maxLength: 50 }).filter((value) => isXml(value))
// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 does not allow
const isXml = (value: string) => !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\]\]>/.test(value)

describe('authnRequest', () => {
  test('says who asks whom, and where the answer goes', () => {
    assert.equal(
      authnRequest(request),
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"' +
        ' Version="2.0" IssueInstant="2026-03-04T10:15:30.000Z"' +
        ' Destination="https://idp.example.com/sso?a=1&amp;b=2"' +
        ' AssertionConsumerServiceURL="https://signin.vendor.example/saml/acs"' +
        ' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">' +
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">' +
        'https://signin.vendor.example/saml/sp</saml:Issuer>' +
        '<samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>',
    )
  })

  test('asks for a fresh sign-in and for classes, behind NameIDPolicy as the schema has it', () => {
    const authnContext = { classRefs: ['urn:a', 'urn:b'], comparison: 'minimum' } as const
    const xml = authnRequest({ ...request, forceAuthn: true, authnContext })
    assert.ok(xml.includes(' ForceAuthn="true" '))
    assert.ok(
      xml.endsWith(
        '<samlp:NameIDPolicy AllowCreate="true"/>' +
          '<samlp:RequestedAuthnContext Comparison="minimum">' +
          '<saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:a' +
          '</saml:AuthnContextClassRef>' +
          '<saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">urn:b' +
          '</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>',
      ),
    )
  })

  const plain = [
    ['no classes', { authnContext: { classRefs: [] } }],
    ['no fresh sign-in', { forceAuthn: false }],
    ['nothing', { forceAuthn: undefined, authnContext: undefined }],
  ] as const
  for (const [name, wanted] of plain) {
    test(`is the plain request where ${name} is asked for`, () => {
      assert.equal(authnRequest({ ...request, ...wanted }), authnRequest(request))
    })
  }

  test('compares exactly where nothing else is said', () => {
    const xml = authnRequest({ ...request, authnContext: { classRefs: ['urn:a'] } })
    assert.ok(xml.includes('<samlp:RequestedAuthnContext Comparison="exact">'))
  })

  test('states any text as it is', () => {
    fc.assert(
      fc.property(text, text, text, fc.array(text), (destination, issuer, acsUrl, classRefs) => {
        const xml = authnRequest({
          ...request,
          destination,
          issuer,
          acsUrl,
          authnContext: { classRefs },
        })
        const { root } = scanXml(Buffer.from(xml))
        assert.equal(attributeOf(root, 'Destination'), destination)
        assert.equal(attributeOf(root, 'AssertionConsumerServiceURL'), acsUrl)
        const named = onlyChild(root, ns.assertion, 'Issuer')
        assert.equal(named && leafText(named), issuer)
        const context = onlyChild(root, ns.protocol, 'RequestedAuthnContext')
        const stated = context ? childrenNamed(context, ns.assertion, 'AuthnContextClassRef') : []
        assert.deepEqual(stated.map(leafText), classRefs)
      }),
    )
  })
})
