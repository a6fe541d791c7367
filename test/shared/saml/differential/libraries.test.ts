import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { before, type TestContext, test } from 'node:test'
import {
  type AcceptedResponse,
  byAlgorithms,
  shapes,
} from '#test/fixtures/saml/differential/accepted-responses.ts'
import { judgeWithNodeSaml } from '#test/fixtures/saml/differential/judge-with-node-saml.ts'
import { judgeWithSamlify } from '#test/fixtures/saml/differential/judge-with-samlify.ts'
import { differenceFrom } from '#test/fixtures/saml/differential/verdict.ts'
import { expectations, posted } from '#test/fixtures/saml/plain-response.ts'

const judges = { 'samlify 2.13.1': judgeWithSamlify, 'node-saml 5.1.0': judgeWithNodeSaml }
const products = ['samlify 2.13.1', 'node-saml 5.1.0'] as const

/** Where a product does not read what is there, and why that is not our mistake. */
type Limit = {
  product: (typeof products)[number]
  because: string
  applies: (response: AcceptedResponse) => boolean
  difference: RegExp
}

const named = (name: string) => (response: AcceptedResponse) => response.name === name

const signedWith = (algorithm: string) => (response: AcceptedResponse) =>
  Object.values(response.algorithms ?? {}).includes(algorithm)

/** Both verify signatures with xml-crypto 6.3.2, and these it does not know. */
const unknownAlgorithms = [
  'http://www.w3.org/2006/12/xml-c14n11',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1',
  'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1',
]

const limits: readonly Limit[] = [
  ...unknownAlgorithms.flatMap((algorithm) =>
    products.map((product) => ({
      product,
      because: `xml-crypto 6.3.2 does not know ${algorithm}`,
      applies: signedWith(algorithm),
      difference: /^refuses: (?:.* is not supported$|Invalid signature$)/,
    })),
  ),
  {
    product: 'samlify 2.13.1',
    because:
      'it writes the document anew, whose `&#13;` become line ends, and then does not find the' +
      ' signature with that value to take it out',
    applies: named('google'),
    difference: /^refuses: FAILED_TO_VERIFY_SIGNATURE$/,
  },
  {
    product: 'samlify 2.13.1',
    because: 'it tries the first of several certificates only where there is no KeyInfo',
    applies: named('plain, two keys, signed by number 1'),
    difference: /^refuses: invalid signature: /,
  },
  {
    product: 'samlify 2.13.1',
    because: 'it reads no values that are elements (eduPersonTargetedID)',
    applies: named('shibboleth'),
    difference: /^urn:oid:1\.3\.6\.1\.4\.1\.5923\.1\.1\.1\.10: \[\]$/,
  },
  {
    product: 'node-saml 5.1.0',
    because: 'it keeps values that are elements as elements (eduPersonTargetedID)',
    applies: named('shibboleth'),
    difference: /^urn:oid:1\.3\.6\.1\.4\.1\.5923\.1\.1\.1\.10: \{"NameID"[^;]*$/,
  },
  {
    product: 'node-saml 5.1.0',
    because: 'of attributes with the same name it keeps the last',
    applies: named('keycloak'),
    difference: /^Role: "admin"$/,
  },
]

const judgeAt = (t: TestContext, now: number) =>
  t.mock.timers.enable({ apis: ['Date'], now: now * 1000 })

let responses: readonly AcceptedResponse[]
before(async () => {
  responses = [...(await shapes()), ...byAlgorithms()]
})

for (const product of products) {
  test(`${product} reads the same person and attributes as we do`, async (t) => {
    judgeAt(t, expectations.now)
    const agreed = []
    for (const response of responses) {
      const { name, xml, expected, certificates, identity } = response
      const verdict = await judges[product](posted(xml), expected, certificates)
      const difference = differenceFrom(verdict, identity)
      const limit = limits.find((one) => one.product === product && one.applies(response))
      if (limit) assert.match(difference, limit.difference, `${name}: ${limit.because}`)
      else assert.equal(difference, '', name)
      if (!difference) agreed.push(name)
    }
    t.diagnostic(`agrees about ${agreed.length} of ${responses.length} responses`)
    assert.ok(agreed.length > responses.length / 2)
  })

  test(`every limit of ${product} has a response that shows it`, () => {
    for (const { because, applies } of limits.filter((limit) => limit.product === product)) {
      assert.ok(responses.some(applies), because)
    }
  })
}

test('the limits are those of the versions that are installed', () => {
  const installed = createRequire(import.meta.url)
  const versionOf = (name: string): string => installed(`${name}/package.json`).version
  assert.equal(`samlify ${versionOf('samlify')}`, products[0])
  assert.equal(`node-saml ${versionOf('@node-saml/node-saml')}`, products[1])
  assert.equal(versionOf('xml-crypto'), '6.3.2')
})
