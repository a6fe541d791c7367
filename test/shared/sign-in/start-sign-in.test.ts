import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { Product } from '#shared/products/types.ts'
import type { Departure } from '#shared/saml/send-message.ts'
import { requestHandle } from '#shared/sign-in/login-handle.ts'
import type { RequestStore, SignInRequest } from '#shared/sign-in/ports.ts'
import { type Start, startSignIn } from '#shared/sign-in/start-sign-in.ts'
import { catalogue, now, products, provider } from './example.ts'

const start: Start = {
  idpId: provider.id,
  publicUrl: 'https://signin.vendor.example',
  requestId: '_0123456789abcdef',
  nowMs: now * 1000 + 999,
}
const relayState = requestHandle(start.requestId)

/** What the request is recorded as where the product asks for nothing. */
const recorded: SignInRequest = {
  requestId: start.requestId,
  idpId: provider.id,
  issuedAt: now,
  validUntil: now + 600,
  isUsed: false,
}

type World = { idp?: IdentityProvider | undefined; product?: Partial<Product> }

/** Starts at a store that has this provider, and remembers what was saved and signed. */
async function started(changes: Partial<Start> = {}, { idp = provider, product = {} }: World = {}) {
  const saved: SignInRequest[] = []
  const signed: string[] = []
  const known = new Map(products.map((one) => [one.key, { ...one, ...product }]))
  const requests: RequestStore = {
    findProvider: () => Promise.resolve({ idp, catalogue: known }),
    saveRequest: async (request) => {
      saved.push(request)
    },
  }
  const sign = async (bytes: Buffer) => {
    signed.push(bytes.toString())
    return Buffer.from('signature')
  }
  const result = await startSignIn({ requests, sign }, { ...start, ...changes })
  return { result, saved, signed }
}

type Started = Awaited<ReturnType<typeof started>>['result']

function departureOf(result: Started): Departure {
  assert.ok(result.ok)
  return result.value
}

function redirected(result: Started) {
  const departure = departureOf(result)
  assert.ok(departure.binding === 'redirect')
  const url = new URL(departure.location)
  const message = Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')
  return { location: departure.location, url, xml: inflateRawSync(message).toString() }
}

function posted(result: Started) {
  const departure = departureOf(result)
  assert.ok(departure.binding === 'post')
  const { action, fields } = departure
  return { action, fields, xml: Buffer.from(String(fields['SAMLRequest']), 'base64').toString() }
}

const post = { binding: 'post', url: 'https://idp.example.com/sso/post?tenant=1' } as const

describe('startSignIn', () => {
  test("sends an AuthnRequest to the provider's address, its own query kept", async () => {
    const { result, signed } = await started()
    const { location, url, xml } = redirected(result)
    assert.ok(location.startsWith(`${provider.singleSignOn.url}&SAMLRequest=`))
    assert.deepEqual([...url.searchParams.keys()], ['tenant', 'SAMLRequest', 'RelayState'])
    assert.deepEqual(signed, [])
    assert.ok(xml.includes(` ID="${start.requestId}"`))
    assert.ok(xml.includes(' IssueInstant="2026-03-04T10:15:30.000Z"'))
    assert.ok(xml.includes(' Destination="https://idp.example.com/sso?tenant=1"'))
    assert.ok(xml.includes(' AssertionConsumerServiceURL="https://signin.vendor.example/saml/acs"'))
    assert.ok(xml.includes('>https://signin.vendor.example/saml/sp</saml:Issuer>'))
  })

  test('posts to a provider that wants it so', async () => {
    const { result, signed } = await started({}, { idp: { ...provider, singleSignOn: post } })
    const { action, fields, xml } = posted(result)
    assert.equal(action, post.url)
    assert.deepEqual(Object.keys(fields), ['SAMLRequest', 'RelayState'])
    assert.deepEqual(signed, [])
    assert.ok(xml.includes(` Destination="${post.url}"`))
    assert.doesNotMatch(xml, /Signature/)
  })

  const signing = [
    ['the provider wants it', { wantsSignedRequests: true }, true],
    ['an admin wants it', { signsRequests: true }, true],
    ['nobody wants it', {}, false],
    ['an admin does not want it', { wantsSignedRequests: true, signsRequests: false }, false],
  ] as const
  for (const [name, settings, isSigned] of signing) {
    test(`${isSigned ? 'signs' : 'does not sign'} where ${name}, on both bindings`, async () => {
      const byRedirect = await started({}, { idp: { ...provider, ...settings } })
      const { url } = redirected(byRedirect.result)
      assert.equal(url.searchParams.has('Signature'), isSigned)
      assert.equal(byRedirect.signed.length, isSigned ? 1 : 0)
      const byPost = await started({}, { idp: { ...provider, ...settings, singleSignOn: post } })
      assert.equal(posted(byPost.result).xml.includes('<ds:Signature'), isSigned)
      assert.equal(byPost.signed.length, isSigned ? 1 : 0)
    })
  }

  test("goes by the organization's own identifiers where the provider does", async () => {
    const { result } = await started({}, { idp: { ...provider, identifiers: 'organization' } })
    const { xml } = redirected(result)
    const base = `https://signin.vendor.example/saml/${provider.orgId}`
    assert.ok(xml.includes(` AssertionConsumerServiceURL="${base}/acs"`))
    assert.ok(xml.includes(`>${base}/sp</saml:Issuer>`))
  })

  test('is still who it was for a provider that knows no better', async () => {
    const knownAs = { publicUrl: 'https://old.vendor.example', identifiers: 'shared' } as const
    const idp = { ...provider, identifiers: 'organization', knownAs } as const
    const { xml } = redirected((await started({}, { idp })).result)
    assert.ok(xml.includes(' AssertionConsumerServiceURL="https://old.vendor.example/saml/acs"'))
    assert.ok(xml.includes('>https://old.vendor.example/saml/sp</saml:Issuer>'))
  })

  test('records the request for ten minutes, with what was asked for', async () => {
    const { saved } = await started({ product: 'training', target: '/courses/7' })
    assert.deepEqual(saved, [{ ...recorded, product: 'training', target: '/courses/7' }])
  })

  test('records no product and no target where none was asked for', async () => {
    const { saved } = await started()
    assert.deepEqual(saved, [recorded])
  })

  test('tells the provider nothing of where the browser goes then, but an opaque handle', async () => {
    const asked = { product: 'training', target: '/courses/7' }
    const { location, url, xml } = redirected((await started(asked)).result)
    assert.equal(url.searchParams.get('RelayState'), relayState)
    assert.ok(Buffer.byteLength(relayState) <= 80) // SAML Bindings 2.0 §3.4.3
    assert.doesNotMatch(location, /training|courses/)
    assert.doesNotMatch(xml, /training|courses/)
    const { fields } = posted(
      (await started({}, { idp: { ...provider, singleSignOn: post } })).result,
    )
    assert.equal(fields['RelayState'], relayState)
  })

  const MFA = 'https://refeds.org/profile/mfa'
  const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
  const classRefs = [MFA, PASSWORD]
  const wants = [
    ['a fresh sign-in', { forceAuthn: true }, { forceAuthn: true }],
    ['some classes exactly', { authnContext: { classRefs } }, { authnContext: classRefs }],
    [
      'some classes exactly, as it says',
      { authnContext: { classRefs, comparison: 'exact' } },
      { authnContext: classRefs },
    ],
    [
      'both',
      { forceAuthn: true, authnContext: { classRefs } },
      { forceAuthn: true, authnContext: classRefs },
    ],
    [
      'both, but a comparison that nobody but the provider can make',
      { forceAuthn: true, authnContext: { classRefs, comparison: 'minimum' } },
      { forceAuthn: true },
    ],
  ] as const
  for (const [name, product, checked] of wants) {
    test(`asks the provider for what the product wants, and records what can be checked: ${name}`, async () => {
      const { result, saved } = await started({}, { product })
      assert.deepEqual(saved, [recorded, { ...recorded, ...checked }])
      const { xml } = redirected(result)
      assert.equal(xml.includes(' ForceAuthn="true"'), 'forceAuthn' in product)
      const asked = [...xml.matchAll(/<saml:AuthnContextClassRef [^>]*>([^<]*)</g)]
      const wanted = 'authnContext' in product ? classRefs : []
      assert.deepEqual(
        asked.map(([, classRef]) => classRef),
        wanted,
      )
    })
  }

  const nothing = [
    ['wants no fresh sign-in', { forceAuthn: false }],
    ['names no classes', { authnContext: { classRefs: [] } }],
    ['wants what cannot be checked', { authnContext: { classRefs, comparison: 'better' } }],
  ] as const
  for (const [name, product] of nothing) {
    test(`records the request once where the product ${name}`, async () => {
      const { result, saved } = await started({}, { product })
      assert.deepEqual(saved, [recorded])
      assert.doesNotMatch(redirected(result).xml, /ForceAuthn/)
    })
  }

  test('asks for what the product wants that the browser goes to, not another', async () => {
    const strict = { ...products[0], key: 'strict', forceAuthn: true } as Product
    const requests: RequestStore = {
      findProvider: () =>
        Promise.resolve({ idp: provider, catalogue: new Map([...catalogue, ['strict', strict]]) }),
      saveRequest: () => Promise.resolve(),
    }
    const sign = () => Promise.reject(new Error('nothing is to be signed'))
    for (const [product, isForced] of [
      [undefined, false],
      ['training', false],
      ['strict', true],
    ] as const) {
      const result = await startSignIn({ requests, sign }, { ...start, product })
      assert.equal(redirected(result).xml.includes('ForceAuthn'), isForced)
    }
  })

  const inactive = { ...provider, state: 'inactive' } as const
  const removed = { ...provider, state: 'removed' } as const
  const lost = { ...provider, defaultProduct: 'gone' }
  const refused = [
    ['an inactive provider', 'provider', inactive, { cause: 'idp_inactive' }],
    ['a removed provider', 'provider', removed, { cause: 'idp_inactive' }],
    ['a default product that has gone', 'landing', lost, { cause: 'product_unknown', got: 'gone' }],
  ] as const
  for (const [name, stage, idp, refusal] of refused) {
    test(`refuses ${name}, and signs nothing for it`, async () => {
      const { result, signed } = await started({}, { idp: { ...idp, signsRequests: true } })
      assert.deepEqual(result, {
        ok: false,
        error: { refusal, stage, idp: { ...idp, signsRequests: true } },
      })
      assert.deepEqual(signed, [])
    })
  }

  const elsewhere = [
    ['an unknown product', { product: 'x' }],
    ['a page that is not allowed', { product: 'training', target: '/admin' }],
    ['a foreign page of the default product', { target: '//evil.example' }],
  ] as const
  for (const [name, asked] of elsewhere) {
    test(`starts for ${name} too: the browser will come to the default page`, async () => {
      const { result, saved } = await started(asked)
      assert.ok(result.ok)
      assert.deepEqual(saved, [{ ...recorded, ...asked }])
    })
  }

  test('asks the provider for what the page needs that the browser will come to', async () => {
    const strict = new Map(catalogue).set('training', {
      key: 'training',
      name: 'Training',
      landingUrl: 'https://training.example/in',
      allowedPaths: ['/courses'],
      forceAuthn: true,
    })
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp: provider, catalogue: strict }),
      saveRequest: () => Promise.resolve(),
    }
    const isForced = async (target: string) => {
      const asked = { ...start, product: 'training', target }
      return redirected(await startSignIn({ requests, sign }, asked)).xml.includes('ForceAuthn')
    }
    assert.equal(await isForced('/courses/7'), true)
    assert.equal(await isForced('/admin'), false)
  })

  const sign = () => Promise.resolve(Buffer.from('signature'))

  const open = { testId: 'tst_1', idpId: provider.id, orgId: provider.orgId, validUntil: now + 60 }
  const tests = [
    ['an open test', {}, true],
    ['a test that is over', { validUntil: now }, false],
    ['a test that was answered', { at: now - 1 }, false],
    ["another provider's test", { idpId: 'idp_2' }, false],
  ] as const
  for (const [name, changes, isStarted] of tests) {
    test(`${isStarted ? 'starts' : 'does not start'} ${name}, active or not`, async () => {
      for (const idp of [provider, inactive]) {
        const saved: SignInRequest[] = []
        const requests: RequestStore = {
          findProvider: () =>
            Promise.resolve({ idp, catalogue, test: { ...open, id: 'tst_1', ...changes } }),
          saveRequest: async (request) => {
            saved.push(request)
          },
        }
        const result = await startSignIn({ requests, sign }, { ...start, testId: 'tst_1' })
        assert.equal(result.ok, isStarted)
        if (!result.ok) assert.equal(result.error.refusal.cause, 'test_unknown')
        assert.equal(saved[0]?.testId, 'tst_1')
      }
    })
  }

  test('starts no test of a provider that has been removed', async () => {
    const requests: RequestStore = {
      findProvider: () =>
        Promise.resolve({ idp: removed, catalogue, test: { ...open, id: 'tst_1' } }),
      saveRequest: () => Promise.resolve(),
    }
    const result = await startSignIn({ requests, sign }, { ...start, testId: 'tst_1' })
    assert.equal(result.ok, false)
  })

  test('refuses a provider that it does not know', async () => {
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp: undefined, catalogue }),
      saveRequest: () => Promise.resolve(),
    }
    assert.deepEqual(await startSignIn({ requests, sign }, start), {
      ok: false,
      error: { refusal: { cause: 'idp_unknown', got: provider.id }, stage: 'provider' },
    })
  })

  const outage = new Error('AWS is away')
  const findProvider = () => Promise.resolve({ idp: provider, catalogue })

  test('sends nobody away without a record of the request', async () => {
    const requests: RequestStore = { findProvider, saveRequest: () => Promise.reject(outage) }
    await assert.rejects(startSignIn({ requests, sign }, start), outage)
  })

  test('sends nobody away without a record of what the product wants', async () => {
    const strict = products.map((one) => [one.key, { ...one, forceAuthn: true }] as const)
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp: provider, catalogue: new Map(strict) }),
      saveRequest: ({ forceAuthn }) => (forceAuthn ? Promise.reject(outage) : Promise.resolve()),
    }
    await assert.rejects(startSignIn({ requests, sign }, start), outage)
  })

  test('sends nobody away without the signature that the provider wants', async () => {
    const idp = { ...provider, wantsSignedRequests: true }
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp, catalogue }),
      saveRequest: () => Promise.resolve(),
    }
    const ports = { requests, sign: () => Promise.reject(outage) }
    await assert.rejects(startSignIn(ports, start), outage)
  })
})
