import assert from 'node:assert/strict'
import { verify, X509Certificate } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { scanXml } from '#shared/saml/scan.ts'
import { verifySignature } from '#shared/saml/verify-signature.ts'
import { leafText } from '#shared/saml/xml-tree.ts'
import { landingOf, postResponse, redeem, requestIn, startLogin } from './hops.ts'
import { fewestRounds } from './rounds.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Settings = Partial<IdentityProvider>

const redirect = { binding: 'redirect', url: 'https://idp.example.com/sso?tenant=1' } as const
const post = { binding: 'post', url: 'https://idp.example.com/sso/post?tenant=1' } as const

/** Certificates that our metadata gives a provider, as it would read them. */
async function certificatesOf({ serviceProvider }: Pick<Tenant, 'serviceProvider'>) {
  const metadata = await (await fetch(serviceProvider.entityId)).text()
  const { elements } = scanXml(Buffer.from(metadata))
  return elements
    .filter(({ local, namespace }) => local === 'X509Certificate' && namespace === ns.signature)
    .map((element) => new X509Certificate(Buffer.from(leafText(element) ?? '', 'base64')))
}

async function signingKeyOf(tenant: Tenant) {
  const [certificate] = await certificatesOf(tenant)
  return (certificate ?? assert.fail('no certificate')).publicKey
}

describe('what our metadata gives a provider', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  test('are certificates of the two keys in KMS, which belong together', async () => {
    const [signing, encryption, ...more] = await certificatesOf(tenant)
    assert.ok(signing && encryption)
    assert.deepEqual(more, [])
    const { hostname } = new URL(tenant.stack.url)
    assert.equal(signing.subject, `CN=Latchkey ${hostname}`)
    assert.ok(signing.checkIssued(signing) && signing.verify(signing.publicKey))
    assert.ok(encryption.checkIssued(signing) && encryption.verify(signing.publicKey))
    assert.ok(!encryption.publicKey.equals(signing.publicKey))
    const tenYears = 3650 * 24 * 3600 * 1000
    for (const { validFromDate, validToDate } of [signing, encryption]) {
      assert.ok(validFromDate.getTime() < Date.now())
      assert.equal(validToDate.getTime() - validFromDate.getTime(), tenYears)
    }
  })

  test("are the same in an organization's own, and each time", async () => {
    const own = await newTenant({ identifiers: 'organization' })
    const shown = async (of: Tenant) => (await certificatesOf(of)).map(({ raw }) => raw.toString())
    const first = await shown(tenant)
    assert.deepEqual(await shown(own), first)
    assert.deepEqual(await shown(tenant), first)
  })
})

describe('a request that is signed in KMS', () => {
  test('verifies by HTTP-Redirect from the raw query, and is answered', async () => {
    const tenant = await newTenant({ singleSignOn: redirect, wantsSignedRequests: true })
    const started = await startLogin(tenant)
    assert.equal(started.status, 302)
    const { search } = new URL(started.headers.get('location') ?? '')
    const [, octets = '', signature = ''] =
      /^\?tenant=1&(SAMLRequest=.*&RelayState=.*&SigAlg=.*)&Signature=(.*)$/.exec(search) ?? []
    const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
    assert.ok(verify('sha256', Buffer.from(octets), await signingKeyOf(tenant), bytes))
    await isAnswered(tenant, started)
  })

  test('verifies by HTTP-POST with our own verifier, and is answered', async () => {
    const tenant = await newTenant({ singleSignOn: post, signsRequests: true })
    const started = await startLogin(tenant)
    assert.equal(started.status, 200)
    assert.equal(started.headers.get('cache-control'), 'no-store')
    const { url, xml } = await requestIn(started.clone())
    assert.equal(url.href, post.url)
    const { root } = scanXml(Buffer.from(xml))
    const signature = root.children[1] ?? assert.fail('no signature')
    const verified = verifySignature(root, signature, [await signingKeyOf(tenant)])
    assert.ok(verified.ok)
    await isAnswered(tenant, started)
  })

  /** The provider answers, and the person arrives. */
  async function isAnswered(tenant: Tenant, started: Response) {
    const { id, relayState } = await requestIn(started)
    assert.match(relayState ?? '', /^[\w-]{43}$/)
    const response = tenant.respond({ inResponseTo: id })
    const landed = landingOf(await postResponse(tenant, response, relayState))
    assert.equal((await redeem(tenant, landed.token)).status, 200)
  }
})

describe('a request that is not signed', () => {
  test('is posted where the provider takes posts only', async () => {
    const tenant = await newTenant({ singleSignOn: post })
    const { url, xml } = await requestIn(await startLogin(tenant))
    assert.equal(url.href, post.url)
    assert.doesNotMatch(xml, /Signature/)
  })

  test('asks for what the product wants of a sign-in', async () => {
    const tenant = await newTenant()
    const { xml } = await requestIn(await startLogin(tenant, '?product=payroll'))
    assert.match(xml, / ForceAuthn="true"/)
    assert.match(xml, /Comparison="exact".*>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</)
  })

  test('comes from who the provider was told that we are', async () => {
    const knownAs = { publicUrl: 'https://old.vendor.example', identifiers: 'shared' } as const
    const tenant = await newTenant({ identifiers: 'organization', knownAs })
    const { xml } = await requestIn(await startLogin(tenant))
    assert.match(xml, />https:\/\/old\.vendor\.example\/saml\/sp<\/saml:Issuer>/)
  })
})

describe('round trips to AWS of a start', () => {
  const budgets: (readonly [string, Settings, string, number])[] = [
    ['one, by HTTP-Redirect', { singleSignOn: redirect }, '', 1],
    ['one, by HTTP-POST', { singleSignOn: post }, '', 1],
    ['two where it is signed', { singleSignOn: redirect, signsRequests: true }, '', 2],
    ['two where the product wants more', { singleSignOn: redirect }, '?product=payroll', 2],
    ['two where it is both', { singleSignOn: post, signsRequests: true }, '?product=payroll', 2],
  ]
  for (const [name, settings, query, budget] of budgets) {
    test(`are ${name}`, async () => {
      const tenant = await newTenant(settings)
      const { fewest, count } = fewestRounds(tenant.stack, ['start'])
      for (let play = 0; play < 5; play++) {
        await count('start', 'saml-login', () => startLogin(tenant, query))
      }
      assert.equal(fewest.start, budget)
    })
  }

  test('are none for metadata, once an environment has it', async () => {
    const { stack, serviceProvider } = await newTenant()
    await fetch(serviceProvider.entityId)
    stack.clearCalls()
    await fetch(serviceProvider.entityId)
    assert.deepEqual(
      stack.calls.filter(({ functionName }) => functionName === 'saml-metadata'),
      [],
    )
  })

  test('go no further than what the roles allow', async () => {
    const { stack } = await newTenant()
    assert.deepEqual(stack.denials(), [])
  })
})

describe('with faults at AWS', () => {
  const faults = [
    ['Sign', 'fail-before'],
    ['Sign', 'fail-after'],
    ['PutItem', 'fail-before'],
    ['PutItem', 'fail-after'],
    ['BatchGetItem', 'fail-before'],
    ['BatchGetItem', 'fail-after'],
  ] as const
  for (const [operation, fault] of faults) {
    test(`a start is tried again where ${operation} meets ${fault} once`, async (t) => {
      const tenant = await newTenant({ signsRequests: true })
      const { stack } = tenant
      t.after(() => {
        stack.faults.onCall = undefined
      })
      let struck = 0
      stack.faults.onCall = (call) => {
        const isHit = call.functionName === 'saml-login' && call.operation === operation
        return isHit && struck++ === 0 ? fault : undefined
      }
      const { id } = await requestIn(await startLogin(tenant, '?product=payroll'))
      assert.match(id, /^_[0-9a-f]{40}$/)
      assert.ok(struck >= 2)
    })
  }

  test('nobody leaves while KMS is away: a page with a trace id', async (t) => {
    const tenant = await newTenant({ signsRequests: true })
    const { stack } = tenant
    t.after(() => {
      stack.faults.onCall = undefined
    })
    stack.faults.onCall = (call) => (call.operation === 'Sign' ? 'fail-before' : undefined)
    const started = await startLogin(tenant)
    assert.equal(started.status, 500)
    assert.match(await started.text(), /trc_[0-9a-f]{32}/)
  })
})
