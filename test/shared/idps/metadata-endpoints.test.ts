import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readServices } from '#shared/idps/metadata-endpoints.ts'
import { roleOf, service } from './provider-metadata.ts'

const read = (...elements: readonly string[]) => readServices(roleOf(...elements))

const signOn = (binding: string, location: string, response?: string) =>
  service('SingleSignOnService', binding, location, response)
const logout = (binding: string, location: string, response?: string) =>
  service('SingleLogoutService', binding, location, response)
const url = 'https://idp.example/sso'
const plain = signOn('HTTP-Redirect', url)
const redirect = (location: string) => ({ binding: 'redirect', url: location })
const post = (location: string) => ({ binding: 'post', url: location })

describe('readServices', () => {
  const taken = [
    ['POST where there is no Redirect', [signOn('HTTP-POST', url)], [post(url)], []],
    [
      'the first service of each binding, Redirect before POST',
      [
        signOn('HTTP-POST', 'https://idp.example/post'),
        signOn('HTTP-POST', 'https://idp.example/other'),
        plain,
        signOn('HTTP-Redirect', 'https://idp.example/other'),
      ],
      [redirect(url), post('https://idp.example/post')],
      [],
    ],
    [
      'no address for responses to a sign-in',
      [signOn('HTTP-Redirect', url, 'https://idp.example/done')],
      [redirect(url)],
      [],
    ],
    [
      'where responses to a logout go',
      [
        logout('SOAP', 'https://idp.example/soap'),
        logout('HTTP-POST', 'https://idp.example/post'),
        logout('HTTP-Redirect', 'https://idp.example/slo', 'https://idp.example/done'),
        plain,
      ],
      [redirect(url)],
      [
        { ...redirect('https://idp.example/slo'), responseUrl: 'https://idp.example/done' },
        post('https://idp.example/post'),
      ],
    ],
    [
      'no logout out of SOAP alone',
      [plain, logout('SOAP', 'https://idp.example/soap')],
      [redirect(url)],
      [],
    ],
    [
      'past an address of a binding that we do not speak',
      [signOn('SOAP', 'javascript:alert(1)'), plain],
      [redirect(url)],
      [],
    ],
  ] as const
  for (const [name, services, singleSignOn, singleLogout] of taken) {
    test(`reads ${name}`, () => {
      assert.deepEqual(read(...services), { ok: true, value: { singleSignOn, singleLogout } })
    })
  }

  const want =
    'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
  test('refuses a role that takes no requests by a binding of ours', () => {
    const error = { cause: 'metadata_sign_on_missing', want }
    for (const services of [[], [signOn('SOAP', url)], [logout('HTTP-POST', url)]]) {
      assert.deepEqual(read(...services), { ok: false, error })
    }
  })

  const cause = 'metadata_sign_on_url'
  const refused = [
    ['credentials', [signOn('HTTP-Redirect', 'https://me@idp.example/')], cause, 'url_credentials'],
    ['a fragment', [signOn('HTTP-Redirect', `${url}#top`)], cause, 'url_fragment'],
    [
      'what a parser would mend',
      [signOn('HTTP-Redirect', 'https:\\\\idp.example/')],
      cause,
      'url_malformed',
    ],
    ['a script', [signOn('HTTP-POST', 'javascript:alert(1)')], cause, 'url_scheme'],
    ['no host', [signOn('HTTP-POST', 'https://')], cause, 'url_malformed'],
    ['nothing', [signOn('HTTP-POST', '')], cause, 'url_missing'],
    ['a script beside a good one', [plain, signOn('HTTP-POST', 'data:,1')], cause, 'url_scheme'],
    [
      'a script for a logout',
      [plain, logout('HTTP-Redirect', 'javascript:alert(1)')],
      'metadata_logout_url',
      'url_scheme',
    ],
    [
      'a script for responses to a logout',
      [plain, logout('HTTP-POST', 'https://idp.example/slo', 'data:text/html,1')],
      'metadata_logout_url',
      'url_scheme',
    ],
  ] as const
  for (const [name, services, refusedAs, got] of refused) {
    test(`refuses ${name} for an address`, () => {
      const found = read(...services)
      assert.equal(found.ok ? 'taken' : found.error.cause, refusedAs)
      assert.equal(!found.ok && found.error.got?.split(' ')[0], got)
    })
  }

  test('refuses a service without address', () => {
    const services = read(plain.replace(/ Location="[^"]*"/, ''))
    assert.deepEqual(services, { ok: false, error: { cause, got: 'url_missing' } })
  })
})
