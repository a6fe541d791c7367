import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openapi } from '#infra/openapi/document.ts'
import { sessionCookieOf } from '#shared/admin/session.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import { newSessionId } from '#shared/ids.ts'
import { newSecret } from '#shared/secrets.ts'
import { bring, logoutRequestXml } from '#test/flows/logout-hops.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'

/** A request that its route takes, so that nothing but the outage can be wrong. */
type Call = (tenant: Tenant) => Promise<Response>

type Sent = {
  cookie?: string
  form?: Record<string, string>
  json?: object
  authorization?: string
}

const secret = newSecret()
const token = `${newSecret()}.${newSecret()}`
const session = {
  cookie: `${cookieNames.session}=${sessionCookieOf({ id: newSessionId() }, secret)}`,
}
const link = { cookie: `${cookieNames.link}=nonce`, form: { token: secret, nonce: 'nonce' } }

const call =
  (method: string, path: string, { form, json, ...headers }: Sent = {}): Call =>
  ({ stack, orgId, idp }) =>
    fetch(stack.url + path.replace('{organization}', orgId).replace('{idp}', idp.id), {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(json && { 'content-type': 'application/json' }) },
      ...(form && { body: new URLSearchParams(form) }),
      ...(json && { body: JSON.stringify(json) }),
    })

const respond: Call = ({ serviceProvider, ...tenant }) =>
  fetch(serviceProvider.acsUrl, {
    method: 'POST',
    body: new URLSearchParams({ SAMLResponse: tenant.respond() }),
  })
const logOut =
  (binding: 'redirect' | 'post'): Call =>
  (tenant) =>
    bring(tenant, binding, ['SAMLRequest', logoutRequestXml(tenant, { nameId: 'ada' })])

/** Those that keep what they have read: only a new execution environment asks AWS. */
const CACHED = ['GET /.well-known/jwks.json', 'GET /saml/sp', 'GET /saml/{organization}/sp']

const calls: Readonly<Record<string, Call>> = {
  'GET /.well-known/jwks.json': call('GET', '/.well-known/jwks.json'),
  'GET /saml/sp': call('GET', '/saml/sp'),
  'GET /saml/{organization}/sp': call('GET', '/saml/{organization}/sp'),
  'GET /saml/idps/{idp}/login': call('GET', '/saml/idps/{idp}/login'),
  'POST /saml/acs': respond,
  'POST /saml/{organization}/acs': respond,
  'GET /saml/slo': logOut('redirect'),
  'GET /saml/{organization}/slo': logOut('redirect'),
  'POST /saml/slo': logOut('post'),
  'POST /saml/{organization}/slo': logOut('post'),
  'GET /saml/logout': call('GET', `/saml/logout?session=${token}`),
  'POST /tokens/redeem': call('POST', '/tokens/redeem', {
    authorization: `Bearer cred_${'0'.repeat(32)}_${secret}`,
    json: { token },
  }),
  'POST /tokens': call('POST', '/tokens', {
    authorization: `Bearer sso_${'0'.repeat(48)}_${secret}`,
    json: { email: 'a@b.example' },
  }),
  'GET /sso': call('GET', `/sso?token=${token}&email=a@b.example`),
  'GET /login/start': call('GET', '/login/start?domain=acme.example'),
  'POST /admin/sign-in/link': call('POST', '/admin/sign-in/link', {
    form: { email: 'a@b.example' },
  }),
  'GET /admin/sign-in/link': call('GET', `/admin/sign-in/link?token=${secret}`),
  'POST /admin/sign-in/confirm': call('POST', '/admin/sign-in/confirm', link),
  'GET /admin/sign-in/sso': call('GET', '/admin/sign-in/sso?organization={organization}'),
  'GET /admin/sign-in/return': call('GET', `/admin/sign-in/return?token=${token}`),
  'POST /admin/break-glass': call('POST', '/admin/break-glass', { json: { email: 'a@b.example' } }),
  'GET /admin/break-glass/door': call('GET', '/admin/break-glass/door', session),
  'GET /admin/session': call('GET', '/admin/session', session),
  'POST /admin/session/refresh': call('POST', '/admin/session/refresh', session),
  'DELETE /admin/session': call('DELETE', '/admin/session', session),
  'POST /admin/session/sign-out-everywhere': call(
    'POST',
    '/admin/session/sign-out-everywhere',
    session,
  ),
  'GET /center': call('GET', '/center', session),
}

/** Routes of people, products and providers that say what they answer when something fails. */
const failing = Object.entries(openapi().paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) => {
    const { security, responses } = operation as { security: object[]; responses: object }
    const isCaller = ['admin', 'operator', 'scim'].some((name) => security.some((s) => name in s))
    return isCaller || !('500' in responses) ? [] : [`${method.toUpperCase()} ${path}`]
  }),
)

describe('while AWS cannot be reached', () => {
  const tenants: Partial<Record<'shared' | 'organization', Tenant>> = {}
  before(async () => {
    tenants.shared = await newTenant()
    tenants.organization = await newTenant({ identifiers: 'organization' })
  })

  test('each route that says so fails', () => {
    assert.deepEqual(new Set(Object.keys(calls)), new Set(failing))
  })

  for (const [key, send] of Object.entries(calls)) {
    test(`${key} answers 500 and no word of why`, async () => {
      const tenant = key.includes('{organization}') ? tenants.organization : tenants.shared
      assert.ok(tenant)
      const { faults } = tenant.stack
      const count = CACHED.includes(key) ? 10 : 1
      // The tests' own client goes on to work.
      faults.onCall = ({ functionName }) =>
        functionName === 'operator' ? undefined : 'fail-before'
      try {
        const answers = await Promise.all(Array.from({ length: count }, () => send(tenant)))
        const failed = answers.filter(({ status }) => status === 500)
        assert.ok(failed.length > 0, answers.map(({ status }) => status).join())
        for (const answer of failed) {
          const text = await answer.text()
          assert.doesNotMatch(text, /DynamoDB|KMS|Injected|InternalFailure|\.ts|at /)
        }
      } finally {
        faults.onCall = undefined
      }
    })
  }
})
