import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decryptResponse, type UnwrapKey } from '#shared/saml/decrypt-response.ts'
import { readResponse } from '#shared/saml/read-response.ts'
import { encryptionDefects } from '#test/fixtures/saml/bad/encryption.ts'
import {
  after,
  before,
  type Edit,
  elementOf,
  inOrder,
  setAttribute,
  swap,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import {
  type Cipher,
  ciphers,
  encryption,
  type Transport,
  transports,
  unwrapWith,
  wrapKey,
} from '#test/fixtures/saml/encrypt.ts'
import {
  encryptedResponse,
  inContext,
  type Making,
  selfContained,
} from '#test/fixtures/saml/encrypted-response.ts'
import { encryptAssertion, shapes } from '#test/fixtures/saml/encrypted-shapes.ts'
import { judgeEncrypted } from '#test/fixtures/saml/judge-response.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { mutateBytes, mutateTree } from '#test/fixtures/saml/mutate.ts'
import {
  expectations,
  identity,
  plainResponse,
  plainTemplate,
  posted,
  type Signed,
  signings,
  sp,
} from '#test/fixtures/saml/plain-response.ts'
import { signResponse } from '#test/fixtures/saml/sign-response.ts'

const unwrapKey = unwrapWith(keys.encryption)
const judge = (xml: string | Buffer, unwrap = unwrapKey) =>
  judgeEncrypted(posted(xml), expectations, unwrap)

const good = { ok: true, value: { ...identity, isEncrypted: true } }

async function accept(making: Making, unwrap?: UnwrapKey) {
  for (const signed of signings) {
    assert.deepEqual(await judge(encryptedResponse(signed, making), unwrap), good, signed)
  }
}

/** With neither prefixes nor a declaration of what they stand for. */
const unprefixed: Edit = (xml) => xml.replaceAll(/(<\/?)saml:/g, '$1')

describe('decryptResponse, of responses that are good,', () => {
  for (const shape of Object.values(shapes)) {
    test(`opens what ${shape.name} sends, however it is signed`, () => accept({ shape }))
  }

  for (const cipher of Object.keys(ciphers) as Cipher[]) {
    for (const [name, transport] of Object.entries<Transport>(transports)) {
      test(`opens ${cipher} with a key by ${name}`, () =>
        accept({ encryption: encryption(cipher, transport) }))
    }
  }

  const accepted: readonly (readonly [string, Making])[] = [
    ['an EncryptedData without Type', { encrypted: setAttribute('xenc:EncryptedData', 'Type') }],
    [
      'an empty label',
      { encrypted: within('xenc:EncryptedKey', before('<ds:DigestMethod', '<xenc:OAEPparams/>')) },
    ],
    [
      'a Recipient that is somebody else, where it is the only one',
      { encrypted: setAttribute('xenc:EncryptedKey', 'Recipient', 'urn:other') },
    ],
    ['no Recipient', { encrypted: setAttribute('xenc:EncryptedKey', 'Recipient') }],
    ['white space around the assertion', { plaintext: (xml) => `\n  ${xml}\r\n` }],
    [
      'an XML declaration before the assertion',
      { plaintext: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` },
    ],
  ]
  for (const [what, making] of accepted) {
    test(`opens a response with ${what}`, () => accept(making))
  }

  test('opens a response with characters that are not ASCII', async () => {
    const byProvider = swap('>engineers<', '>Ingénieurs 😀<')
    const result = await judge(encryptedResponse('both', { byProvider }))
    assert.ok(result.ok)
    assert.deepEqual(result.value.attributes.get('groups'), ['Ingénieurs 😀', 'admins'])
  })

  test('opens a large assertion, as Entra ID sends for a member of 150 groups', async () => {
    const groups = '<saml:AttributeValue>e9d8c7b6-a5f4-4e3d-9c2b-1a0f9e8d7c6b</saml:AttributeValue>'
    const byProvider = after('<saml:Attribute Name="groups">', groups.repeat(150))
    const result = await judge(encryptedResponse('assertion', { byProvider, shape: shapes.entra }))
    assert.ok(result.ok)
    assert.equal(result.value.attributes.get('groups')?.length, 152)
  })

  for (const shape of [shapes.keycloak, shapes.simpleSamlPhp]) {
    test(`reads a plaintext of ${shape.name} that leaves a declaration to the Response`, () =>
      accept({ shape, plaintext: inContext }))
  }

  test('reads a plaintext that leaves the default namespace to what is around it', async () => {
    const response = plainTemplate('response')
    const assertion = elementOf(response, 'saml:Assertion')
    const encrypted = encryptAssertion(unprefixed(assertion), shapes.entra)
    assert.deepEqual(await judge(signResponse(swap(assertion, encrypted)(response))), good)
  })

  test('takes no declaration from an envelope that the signature does not cover', async () => {
    const unbound = setAttribute('saml:AttributeStatement', 'y:z', 'x')
    const declared = setAttribute('samlp:Response', 'xmlns:y', 'urn:y')
    const xml = encryptedResponse('response', { plaintext: unbound, inTransit: declared })
    const result = await judge(xml)
    assert.deepEqual(result, { ok: false, error: { cause: 'assertion_decryption' } })
  })

  test('says that an inner or outer signature rests on SHA-1, where it may', async () => {
    const sha1: Edit = (xml) =>
      xml.replace(
        'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      )
    for (const signed of signings) {
      const making = { byProvider: sha1, encryption: encryption('aes-256-gcm') }
      const samlResponse = posted(encryptedResponse(signed, making))
      const refused = await judgeEncrypted(samlResponse, expectations, unwrapKey)
      assert.ok(!refused.ok)
      assert.equal(refused.error.cause, 'signature_algorithm')
      const allowed = await judgeEncrypted(
        samlResponse,
        { ...expectations, allowsSha1: true },
        unwrapKey,
      )
      assert.deepEqual(allowed, { ok: true, value: { ...good.value, usesSha1: true } })
    }
  })
})

/** The EncryptedKey of the response, and more of them before it. */
const moreKeys = (...others: readonly Edit[]): Edit =>
  within(
    'xenc:EncryptedKey',
    (key) => others.map((edit) => edit(key.replace(/ Id="[^"]*"/, ''))).join('') + key,
  )

const forSomebodyElse: Edit = (key) => {
  const wrapped = wrapKey({ ...encryption('aes-256-cbc'), key: keys.stranger })
  return key.replace(/(?<=<xenc:CipherValue>)[^<]*/, wrapped.toString('base64'))
}

const counting = () => {
  const calls: Buffer[] = []
  const unwrap: UnwrapKey = (wrapped, transport) => {
    calls.push(wrapped)
    return unwrapKey(wrapped, transport)
  }
  return { calls, unwrap }
}

describe('decryptResponse, of several content keys,', () => {
  test('tries each where none names a Recipient', async () => {
    const noRecipient: Edit = (xml) => xml.replaceAll(` Recipient="${sp}"`, '')
    const encrypted = inOrder(moreKeys(forSomebodyElse), noRecipient)
    const { calls, unwrap } = counting()
    assert.deepEqual(await judge(encryptedResponse('both', { encrypted }), unwrap), good)
    assert.equal(calls.length, 2)
  })

  test('takes the one for us where a Recipient says so', async () => {
    const stranger = inOrder(
      forSomebodyElse,
      setAttribute('xenc:EncryptedKey', 'Recipient', 'urn:x'),
    )
    const encrypted = moreKeys(stranger, stranger, stranger, stranger)
    const { calls, unwrap } = counting()
    assert.deepEqual(await judge(encryptedResponse('both', { encrypted }), unwrap), good)
    assert.equal(calls.length, 1)
  })

  test('leaves out those by key transports that it has not', async () => {
    const oldFashioned: Edit = (key) => key.replace('rsa-oaep-mgf1p', 'rsa-1_5')
    const encrypted = moreKeys(oldFashioned)
    const { calls, unwrap } = counting()
    assert.deepEqual(await judge(encryptedResponse('both', { encrypted }), unwrap), good)
    assert.equal(calls.length, 1)
  })

  test('takes the one that is retrieved, and no other', async () => {
    const beside: Edit = (xml) => {
      const key = elementOf(xml, 'xenc:EncryptedKey')
      return after(key, forSomebodyElse(key).replace('_k0', '_k1'))(xml)
    }
    const making = { shape: shapes.shibboleth, encrypted: beside }
    const { calls, unwrap } = counting()
    assert.deepEqual(await judge(encryptedResponse('both', making), unwrap), good)
    assert.equal(calls.length, 1)
  })
})

describe('decryptResponse, of responses that are not,', () => {
  for (const { altered, cause, signed = signings, ...making } of encryptionDefects) {
    test(`refuses ${altered}`, async () => {
      for (const how of signed) {
        const result = await judge(encryptedResponse(how, making))
        assert.ok(!result.ok, `accepted, signed: ${how}`)
        assert.equal(result.error.cause, cause, `signed: ${how} ${JSON.stringify(result.error)}`)
        assert.doesNotMatch(JSON.stringify(result.error), /@example\.com|engineers/)
        // No oracle: a failure behind the key is like any other.
        if (cause === 'assertion_decryption') assert.deepEqual(result.error, { cause })
      }
    })
  }

  test('has no two defects of the same name', () => {
    const names = encryptionDefects.map(({ altered }) => altered)
    assert.equal(new Set(names).size, names.length)
  })

  test('names the setting to change at the provider', async () => {
    const threeDes = setAttribute(
      'xenc:EncryptionMethod',
      'Algorithm',
      'http://www.w3.org/2001/04/xmlenc#tripledes-cbc',
    )
    assert.deepEqual(await judge(encryptedResponse('both', { encrypted: threeDes })), {
      ok: false,
      error: {
        cause: 'encryption_algorithm',
        got: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc',
        want: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
      },
    })
    const sha256: Edit = (xml) =>
      xml.replace('xmldsig#sha1', 'xmlenc#sha256').replace('2000/09/xmlenc', '2001/04/xmlenc')
    assert.deepEqual(await judge(encryptedResponse('both', { encrypted: sha256 })), {
      ok: false,
      error: {
        cause: 'key_transport_algorithm',
        got: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p http://www.w3.org/2001/04/xmlenc#sha256',
        want: 'rsa-oaep-mgf1p with SHA-1, or rsa-oaep (xmlenc11) with SHA-256 and MGF1 with SHA-256',
      },
    })
  })

  test('asks for no key before the signature of the Response is known to be good', async () => {
    const inTransit = setAttribute('samlp:Response', 'Destination', 'https://evil.example/')
    const { calls, unwrap } = counting()
    const result = await judge(encryptedResponse('response', { inTransit }), unwrap)
    assert.deepEqual(result, { ok: false, error: { cause: 'signature_digest' } })
    assert.equal(calls.length, 0)
  })

  test('refuses a Response that was signed before its assertion was encrypted', async () => {
    const xml = plainResponse('response')
    const assertion = elementOf(xml, 'saml:Assertion')
    const encrypted = encryptAssertion(selfContained(assertion), shapes.okta)
    const result = await judge(swap(assertion, encrypted)(xml))
    assert.deepEqual(result, { ok: false, error: { cause: 'signature_digest' } })
  })

  test('lets an outage of the key service through', async () => {
    const outage = () => Promise.reject(new Error('no key service'))
    await assert.rejects(judge(encryptedResponse('both'), outage), /no key service/)
  })

  test('does the same for any key that does not open it, and says the same', async () => {
    const answers: readonly UnwrapKey[] = [
      async () => undefined,
      async () => Buffer.alloc(0),
      async () => Buffer.alloc(31),
      async () => Buffer.alloc(32),
      async () => Buffer.alloc(4096),
    ]
    for (const cipher of ['aes-256-cbc', 'aes-256-gcm'] as const) {
      for (const unwrap of answers) {
        const xml = encryptedResponse('assertion', { encryption: encryption(cipher) })
        const result = await judge(xml, unwrap)
        assert.deepEqual(result, { ok: false, error: { cause: 'assertion_decryption' } })
      }
    }
  })

  test('answers with what it opened, and whether the Response vouches for it', async () => {
    for (const [signed, isVouched] of [
      ['assertion', false],
      ['both', true],
    ] as const) {
      const read = readResponse(posted(encryptedResponse(signed)))
      assert.ok(read.ok && read.value.encrypted)
      const opened = await decryptResponse(read.value, { ...expectations, unwrapKey })
      assert.ok(opened.ok)
      assert.equal(opened.value.assertion.name, 'saml:Assertion')
      assert.equal(opened.value.vouched, isVouched ? opened.value.assertion : undefined)
      assert.equal(opened.value.envelope.proof !== undefined, isVouched)
    }
  })
})

const originals = signings.flatMap((signed) =>
  [shapes.okta, shapes.shibboleth, shapes.keycloak].map((shape) =>
    encryptedResponse(signed, { shape }),
  ),
)

const runs = Number(process.env['SAML_MUTATIONS'] ?? 2000)

const mutations: readonly (readonly [string, fc.Arbitrary<(xml: string) => Buffer>])[] = [
  ['bytes', mutateBytes.map((mutate) => (xml: string) => mutate(Buffer.from(xml)))],
  ['elements', mutateTree.map((mutate) => (xml: string) => Buffer.from(mutate(xml)))],
]

const signedAssertion = (signed: Signed) =>
  signResponse(selfContained(elementOf(plainTemplate(signed), 'saml:Assertion')))
const envelope = encryptedResponse('none')

/** Anybody can encrypt to us: a captured assertion that was changed, in an envelope like its own. */
const encryptAnew = (assertion: Buffer) =>
  swap(
    elementOf(envelope, 'saml2:EncryptedAssertion'),
    encryptAssertion(assertion, shapes.okta),
  )(envelope)

describe('decryptResponse, of responses that were changed,', () => {
  for (const [what, mutation] of mutations) {
    test(`opens no response to somebody else whose ${what} were changed`, async () => {
      for (const xml of originals) assert.deepEqual(await judge(Buffer.from(xml)), good)
      const property = fc.asyncProperty(
        fc.constantFrom(...originals),
        mutation,
        async (xml, mutate) => {
          const result = await judge(mutate(xml))
          if (result.ok) assert.deepEqual(result, good)
        },
      )
      await fc.assert(property, { numRuns: runs / 2 })
    })

    test(`opens no assertion to somebody else whose ${what} were changed before it was encrypted`, async () => {
      const assertion = signedAssertion('assertion')
      assert.deepEqual(await judge(encryptAnew(Buffer.from(assertion))), good)
      const property = fc.asyncProperty(mutation, async (mutate) => {
        const result = await judge(encryptAnew(mutate(assertion)))
        if (result.ok) assert.deepEqual(result, good)
      })
      await fc.assert(property, { numRuns: runs / 8 })
    })
  }
})
