import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { RequestStore, SignInRequest } from '#shared/sign-in/ports.ts'
import { type Start, startSignIn } from '#shared/sign-in/start-sign-in.ts'
import { catalogue, now, provider } from './example.ts'

const start: Start = {
  idpId: provider.id,
  publicUrl: 'https://signin.vendor.example',
  requestId: '_0123456789abcdef',
  nowMs: now * 1000 + 999,
}

/** Starts at a store that has this provider, and remembers what was saved. */
async function started(changes: Partial<Start> = {}, idp: IdentityProvider | undefined = provider) {
  const saved: SignInRequest[] = []
  const requests: RequestStore = {
    findProvider: () => Promise.resolve({ idp, catalogue }),
    saveRequest: async (request) => {
      saved.push(request)
    },
  }
  return { result: await startSignIn(requests, { ...start, ...changes }), saved }
}

const messageIn = (location: string) => {
  const message = new URL(location).searchParams.get('SAMLRequest') ?? ''
  return inflateRawSync(Buffer.from(message, 'base64')).toString()
}

describe('startSignIn', () => {
  test("sends an AuthnRequest to the provider's address, its own query kept", async () => {
    const { result } = await started()
    assert.ok(result.ok)
    const { location } = result.value
    assert.ok(location.startsWith(`${provider.singleSignOnUrl}&SAMLRequest=`))
    const xml = messageIn(location)
    assert.ok(xml.includes(` ID="${start.requestId}"`))
    assert.ok(xml.includes(' IssueInstant="2026-03-04T10:15:30.000Z"'))
    assert.ok(xml.includes(' Destination="https://idp.example.com/sso?tenant=1"'))
    assert.ok(xml.includes(' AssertionConsumerServiceURL="https://signin.vendor.example/saml/acs"'))
    assert.ok(xml.includes('>https://signin.vendor.example/saml/sp</saml:Issuer>'))
  })

  test("goes by the organization's own identifiers where the provider does", async () => {
    const { result } = await started({}, { ...provider, identifiers: 'organization' })
    assert.ok(result.ok)
    const xml = messageIn(result.value.location)
    const base = `https://signin.vendor.example/saml/${provider.orgId}`
    assert.ok(xml.includes(` AssertionConsumerServiceURL="${base}/acs"`))
    assert.ok(xml.includes(`>${base}/sp</saml:Issuer>`))
  })

  test('records the request for ten minutes, with what was asked for', async () => {
    const { saved } = await started({ product: 'training', target: '/courses/7' })
    assert.deepEqual(saved, [
      {
        requestId: start.requestId,
        idpId: provider.id,
        product: 'training',
        target: '/courses/7',
        validUntil: now + 600,
        isUsed: false,
      },
    ])
  })

  test('records no product and no target where none was asked for', async () => {
    const { saved } = await started()
    assert.deepEqual(Object.keys(saved[0] ?? {}), ['requestId', 'idpId', 'validUntil', 'isUsed'])
  })

  test('tells the provider nothing of where the browser goes then', async () => {
    const { result } = await started({ product: 'training', target: '/courses/7' })
    assert.ok(result.ok)
    assert.doesNotMatch(result.value.location, /RelayState|courses/)
    assert.doesNotMatch(messageIn(result.value.location), /training|courses/)
  })

  const inactive = { ...provider, state: 'inactive' } as const
  const lost = { ...provider, defaultProduct: 'gone' }
  const refused = [
    ['an inactive provider', {}, inactive, { cause: 'idp_inactive' }],
    ['an unknown product', { product: 'x' }, provider, { cause: 'product_unknown', got: 'x' }],
    ['a default product that has gone', {}, lost, { cause: 'product_unknown', got: 'gone' }],
    [
      'a page that is not allowed',
      { product: 'training', target: '/admin' },
      provider,
      { cause: 'target_forbidden', got: '/admin' },
    ],
    [
      'a foreign page of the default product',
      { target: '//evil.example' },
      provider,
      { cause: 'target_forbidden', got: '//evil.example' },
    ],
  ] as const
  for (const [name, changes, idp, refusal] of refused) {
    test(`refuses ${name}`, async () => {
      const { result } = await started(changes, idp)
      assert.deepEqual(result, { ok: false, error: { refusal, idp } })
    })
  }

  test('refuses a provider that it does not know', async () => {
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp: undefined, catalogue }),
      saveRequest: () => Promise.resolve(),
    }
    assert.deepEqual(await startSignIn(requests, start), {
      ok: false,
      error: { refusal: { cause: 'idp_unknown', got: provider.id } },
    })
  })

  test('sends nobody away without a record of the request', async () => {
    const outage = new Error('DynamoDB is away')
    const requests: RequestStore = {
      findProvider: () => Promise.resolve({ idp: provider, catalogue }),
      saveRequest: () => Promise.reject(outage),
    }
    await assert.rejects(startSignIn(requests, start), outage)
  })
})
