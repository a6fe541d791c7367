import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpointWarnings } from '#shared/idps/endpoint-warnings.ts'
import { connection } from './connection.ts'

const redirect = (url: string) => ({ binding: 'redirect', url }) as const
const codesOf = (url: string) =>
  endpointWarnings(connection({ singleSignOn: redirect(url) })).map(({ code }) => code)

describe('endpointWarnings', () => {
  const cases = [
    ['https://idp.example/sso', []],
    ['https://192.0.2.1.example/sso', []],
    ['https://8.8.8.8/sso', []],
    ['http://idp.example/sso', ['http_endpoint']],
    ['https://localhost:8443/sso', ['private_endpoint']],
    ['https://10.1.2.3/sso', ['private_endpoint']],
    ['https://[fd00::1]/sso', ['private_endpoint']],
    ['http://0x7f000001/sso', ['http_endpoint', 'private_endpoint']],
  ] as const
  for (const [url, codes] of cases) {
    test(`says ${codes.join(' and ') || 'nothing'} of ${url}`, () => {
      assert.deepEqual(codesOf(url), codes)
    })
  }

  test('names each address that it is about', () => {
    const singleLogout = { ...redirect('http://a.example/'), responseUrl: 'https://[::1]/' }
    assert.deepEqual(endpointWarnings(connection({ singleLogout })), [
      { code: 'http_endpoint', field: 'singleLogout.url', got: 'http://a.example/' },
      { code: 'private_endpoint', field: 'singleLogout.responseUrl', got: 'https://[::1]/' },
    ])
  })
})
