import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Addressee } from '#shared/saml/verify-response.ts'
import { algorithmDefects } from '#test/fixtures/saml/bad/algorithms.ts'
import { defectiveResponse } from '#test/fixtures/saml/bad/defect.ts'
import { profileDefects } from '#test/fixtures/saml/bad/profile.ts'
import { signatureDefects } from '#test/fixtures/saml/bad/signature.ts'
import { signatureValueDefects } from '#test/fixtures/saml/bad/signature-value.ts'
import { wrappingDefects } from '#test/fixtures/saml/bad/wrapping.ts'
import { xmlDefects } from '#test/fixtures/saml/bad/xml.ts'
import {
  dropElement,
  type Edit,
  inOrder,
  setAttribute,
  setContent,
  swap,
  unchanged,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { judgeResponse } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { mutateBytes, mutateTree } from '#test/fixtures/saml/mutate.ts'
import {
  acs,
  expectations,
  identity,
  plainResponse,
  posted,
  type Signed,
  signings,
  sp,
} from '#test/fixtures/saml/plain-response.ts'
import { providerResponse, providers, signTemplate } from '#test/fixtures/saml/providers.ts'

for (const provider of providers) {
  const { name, issuer } = provider

  test(`verifyResponse accepts what ${name} sends, and reads who it names`, () => {
    const result = judgeResponse(posted(providerResponse(provider)), { ...expectations, issuer })
    assert.deepEqual(result, { ok: true, value: provider.identity })
  })

  test(`the response of ${name} is its template, signed`, () => {
    assert.equal(providerResponse(provider), signTemplate(provider))
  })
}

for (const signed of signings) {
  test(`verifyResponse accepts a response that is signed in this way: ${signed}`, () => {
    const result = judgeResponse(posted(plainResponse(signed)), expectations)
    assert.deepEqual(result, { ok: true, value: identity })
  })
}

const unsolicited: Edit = inOrder(
  setAttribute('samlp:Response', 'InResponseTo'),
  setAttribute('saml:SubjectConfirmationData', 'InResponseTo'),
)

test('verifyResponse accepts an unsolicited response where no request is expected', () => {
  for (const signed of signings) {
    const samlResponse = posted(plainResponse(signed, unsolicited))
    const result = judgeResponse(samlResponse, { ...expectations, inResponseTo: undefined })
    assert.deepEqual(result, { ok: true, value: identity })
  }
})

test('verifyResponse accepts either key while a provider replaces one', () => {
  const both = { ...expectations, keys: [keys.provider.publicKey, keys.next.publicKey] }
  for (const signed of signings) {
    const before = judgeResponse(posted(plainResponse(signed)), both)
    assert.deepEqual(before, { ok: true, value: identity })
    const behind = judgeResponse(posted(plainResponse(signed, undefined, keys.next)), both)
    assert.deepEqual(behind, { ok: true, value: { ...identity, keyIndex: 1 } })
  }
})

const before: Addressee = {
  entityId: 'https://old.example.net/saml/metadata',
  acsUrl: 'https://old.example.net/saml/acs',
}
const now: Addressee = { entityId: sp, acsUrl: acs }

/** The plain response, for this audience, recipient and destination. */
const addressedTo = (entityId: string, recipient: string, destination = recipient): Edit =>
  inOrder(
    setContent('saml:Audience', entityId),
    setAttribute('saml:SubjectConfirmationData', 'Recipient', recipient),
    destination === acs ? unchanged : setAttribute('samlp:Response', 'Destination', destination),
  )

describe('verifyResponse, while a provider may take us for two identities,', () => {
  const both = { ...expectations, serviceProviders: [now, before] }
  const judge = (edit: Edit, signed: Signed = 'both') =>
    judgeResponse(posted(plainResponse(signed, edit)), both)

  test('accepts a response for either, and says if it is for the former one', () => {
    for (const signed of signings) {
      assert.deepEqual(judge(unchanged, signed), { ok: true, value: identity })
      const former = judge(addressedTo(before.entityId, before.acsUrl), signed)
      assert.deepEqual(former, { ok: true, value: { ...identity, isForFormerIdentity: true } })
    }
  })

  test('refuses the former one where it is no longer expected', () => {
    const samlResponse = posted(plainResponse('both', addressedTo(before.entityId, before.acsUrl)))
    const result = judgeResponse(samlResponse, { ...expectations, serviceProviders: [now] })
    assert.ok(!result.ok)
    assert.equal(result.error.cause, 'response_destination')
  })

  const mixed: readonly (readonly [string, Edit, string, string])[] = [
    ['Audience', setContent('saml:Audience', before.entityId), 'audience', now.entityId],
    [
      'Recipient',
      setAttribute('saml:SubjectConfirmationData', 'Recipient', before.acsUrl),
      'response_destination',
      before.acsUrl,
    ],
    [
      'Destination',
      setAttribute('samlp:Response', 'Destination', before.acsUrl),
      'response_destination',
      now.acsUrl,
    ],
    [
      'Audience of ours in one for the former identity',
      addressedTo(now.entityId, before.acsUrl),
      'audience',
      before.entityId,
    ],
    [
      'Recipient of ours in one for the former identity',
      inOrder(
        setContent('saml:Audience', before.entityId),
        setAttribute('samlp:Response', 'Destination', before.acsUrl),
      ),
      'response_destination',
      now.acsUrl,
    ],
    [
      'Destination of ours in one for the former identity',
      addressedTo(before.entityId, before.acsUrl, now.acsUrl),
      'response_destination',
      before.acsUrl,
    ],
  ]
  for (const [what, edit, cause, want] of mixed) {
    test(`refuses one that mixes them: a former or present ${what}`, () => {
      const result = judge(edit)
      assert.ok(!result.ok)
      assert.equal(result.error.cause, cause)
      assert.equal(result.error.want, want)
    })
  }

  test('refuses one for neither by what the first would say', () => {
    const result = judge(addressedTo('urn:other', 'urn:other:acs'))
    assert.ok(!result.ok)
    assert.equal(result.error.want, now.acsUrl)
  })

  test('does not decide where there is no identity at all', () => {
    const nobody = { ...expectations, serviceProviders: [] }
    assert.throws(() => judgeResponse(posted(plainResponse('both')), nobody), /an identity of ours/)
  })
})

test('verifyResponse says which signatures rest on SHA-1, where one may', () => {
  const sha1: Edit = (xml) =>
    xml.replace(
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    )
  for (const signed of signings) {
    const samlResponse = posted(plainResponse(signed, sha1))
    const refused = judgeResponse(samlResponse, expectations)
    assert.ok(!refused.ok)
    assert.equal(refused.error.cause, 'signature_algorithm')
    const allowed = judgeResponse(samlResponse, { ...expectations, allowsSha1: true })
    assert.deepEqual(allowed, { ok: true, value: { ...identity, usesSha1: true } })
  }
})

const lines: readonly (readonly [string, number, string])[] = [
  ['64 columns', 64, '\n'],
  ['64 columns of Windows', 64, '\r\n'],
  ['76 columns', 76, '\n'],
  ['76 columns of Windows', 76, '\r\n'],
]
for (const [what, columns, lineEnd] of lines) {
  test(`verifyResponse accepts base64 in lines of ${what}`, () => {
    const samlResponse = posted(plainResponse('both'))
    const broken = samlResponse.replaceAll(new RegExp(`.{${columns}}`, 'g'), `$&${lineEnd}`)
    assert.deepEqual(judgeResponse(broken, expectations), { ok: true, value: identity })
  })
}

const unvouched: readonly (readonly [string, Edit])[] = [
  ['a signature of the Response taken off a signed Assertion', dropElement('ds:Signature')],
  ['a byte order mark', (xml) => `\ufeff${xml}`],
  ['an XML declaration', (xml) => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`],
  ['white space behind the Response', (xml) => `${xml}\n`],
]
for (const [what, edit] of unvouched) {
  test(`verifyResponse reads the same person through ${what}`, () => {
    const samlResponse = posted(edit(plainResponse('both')))
    assert.deepEqual(judgeResponse(samlResponse, expectations), { ok: true, value: identity })
  })
}

const outside: readonly (readonly [string, Edit])[] = [
  ['the ID of the Response', setAttribute('samlp:Response', 'ID', '_other')],
  ['Extensions', swap('<samlp:Status>', '<samlp:Extensions><x/></samlp:Extensions><samlp:Status>')],
  [
    'a NameID beside the Assertion',
    swap('</samlp:Response>', '<saml:NameID>mallory</saml:NameID></samlp:Response>'),
  ],
  [
    'statements beside the Assertion',
    (xml) => {
      const statement =
        /<saml:AttributeStatement>.*<\/saml:AttributeStatement>/s.exec(xml)?.[0] ?? ''
      return xml.replace(
        '</samlp:Response>',
        `${statement.replace('admins', 'owners')}</samlp:Response>`,
      )
    },
  ],
  ['a Destination that is missing', setAttribute('samlp:Response', 'Destination')],
]
for (const [what, edit] of outside) {
  test(`verifyResponse reads only the signed Assertion, whatever the unsigned Response says: ${what}`, () => {
    const samlResponse = posted(edit(plainResponse('assertion')))
    assert.deepEqual(judgeResponse(samlResponse, expectations), { ok: true, value: identity })
  })
}

const families = {
  wrapping: wrappingDefects,
  signature: signatureDefects,
  'signature value': signatureValueDefects,
  algorithms: algorithmDefects,
  xml: xmlDefects,
  profile: profileDefects,
}
for (const [family, defects] of Object.entries(families)) {
  for (const defect of defects) {
    const { altered, cause, expected } = defect
    test(`${family}: verifyResponse refuses ${altered}`, () => {
      for (const signed of defect.signed ?? signings) {
        const result = judgeResponse(defectiveResponse(defect, signed), {
          ...expectations,
          ...expected,
        })
        assert.ok(!result.ok, `accepted, signed: ${signed}`)
        assert.equal(result.error.cause, cause, `signed: ${signed}`)
        assert.deepEqual(Object.keys(result), ['ok', 'error'])
        assert.doesNotMatch(JSON.stringify(result.error), /@example\.com|engineers/)
      }
    })
  }

  test(`${family}: no two defects have the same name`, () => {
    const names = defects.map(({ altered }) => altered)
    assert.equal(new Set(names).size, names.length)
  })
}

/** Good responses and who signs in with each: providers' shapes and all ways to sign. */
const originals = [
  ...providers.map((provider) => ({
    xml: providerResponse(provider),
    expected: { ...expectations, issuer: provider.issuer },
    identity: provider.identity,
  })),
  ...signings.map((signed) => ({ xml: plainResponse(signed), expected: expectations, identity })),
]

const runs = Number(process.env['SAML_MUTATIONS'] ?? 10_000)

const mutations: readonly (readonly [string, fc.Arbitrary<(xml: string) => Buffer>])[] = [
  ['bytes', mutateBytes.map((mutate) => (xml: string) => mutate(Buffer.from(xml)))],
  ['elements', mutateTree.map((mutate) => (xml: string) => Buffer.from(mutate(xml)))],
]
for (const [what, mutation] of mutations) {
  test(`verifyResponse reads nobody else out of a response whose ${what} were changed`, () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.constantFrom(...originals), mutation, (original, mutate) => {
        const result = judgeResponse(posted(mutate(original.xml)), original.expected)
        if (!result.ok) return
        accepted += 1
        assert.deepEqual(result.value, original.identity)
      }),
      { numRuns: runs / 2 },
    )
    assert.ok(accepted > 0, 'no change left a response good: nothing was tested')
  })
}

const special = fc.constantFrom(
  '&',
  '<',
  '>',
  '"',
  "'",
  '\r',
  '\n',
  '\t',
  ']',
  'é',
  '漢',
  '😀',
  '\u{10FFFD}',
)
const texts = fc.string({ unit: fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 1 })) })
/** C14N writes `]]>` in an attribute as it is, and the scanner takes it nowhere. */
const attributeTexts = texts.filter((text) => !text.includes(']]>'))

/** The last two because xmldom 0.8, which signs, takes them for line ends, as XML 1.1 does. */
const escapeXml = (text: string) =>
  text.replaceAll(/[&<>"'\r\n\t\u0085\u2028]/g, (character) => `&#${character.codePointAt(0)};`)

test('verifyResponse reads any text as it was before it was written, signed and sent', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...signings),
      attributeTexts,
      texts,
      texts,
      (signed, name, value, nameId) => {
        const written = inOrder(
          setContent('saml:NameID', escapeXml(`${nameId}@example.com`)),
          within(
            'saml:AttributeStatement',
            setContent(
              'saml:Attribute',
              `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`,
            ),
          ),
          swap('Name="mail"', `Name="${escapeXml(name)}"`),
          swap('Name="groups"', 'Name="_groups"'),
        )
        const result = judgeResponse(posted(plainResponse(signed, written)), expectations)
        assert.ok(result.ok, JSON.stringify(result))
        assert.equal(result.value.nameId.value, `${nameId}@example.com`)
        assert.deepEqual(result.value.attributes.get(name), [value])
      },
    ),
    { numRuns: 200 },
  )
})
