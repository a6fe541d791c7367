import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readProviderUrl } from '#shared/idps/provider-url.ts'

const accepted = [
  'https://idp.example',
  'https://idp.example/sso?tenant=1&x=%20',
  'http://idp.example:8080/adfs/ls/',
  'HTTPS://idp.example/sso',
  'https://[2001:db8::1]/sso',
  "https://idp.example/a@b;c='(d)',e*f!$+",
] as const
for (const url of accepted) {
  test(`readProviderUrl takes ${url} as it is`, () => {
    assert.deepEqual(readProviderUrl(` ${url}\n`), { ok: true, value: url })
  })
}

const refused = [
  ['', 'url_missing'],
  [' ', 'url_missing'],
  ['idp.example/sso', 'url_malformed'],
  ['https://', 'url_malformed'],
  ['https:idp.example', 'url_malformed'],
  ['https:///idp.example', 'url_malformed'],
  ['https:\\\\idp.example', 'url_malformed'],
  ['https://idp.example\\sso', 'url_malformed'],
  ['https://idp.exa\nmple/sso', 'url_malformed'],
  ['https://idp.example/a b', 'url_malformed'],
  ['https://idp.example/"onclick=', 'url_malformed'],
  ['https://idp.example/<script>', 'url_malformed'],
  ['https://idp.exämple/', 'url_malformed'],
  ['ftp://idp.example/', 'url_scheme'],
  ['javascript:alert(1)', 'url_scheme'],
  ['data:text/html,x', 'url_scheme'],
  ['https://me@idp.example/', 'url_credentials'],
  ['https://me:secret@idp.example/', 'url_credentials'],
  ['https://@idp.example/', 'url_credentials'],
  ['https://idp.example/#top', 'url_fragment'],
  ['https://idp.example/#', 'url_fragment'],
  [`https://idp.example/${'a'.repeat(2048)}`, 'url_too_long'],
] as const
for (const [url, cause] of refused) {
  test(`readProviderUrl refuses ${JSON.stringify(url.slice(0, 40))}`, () => {
    const read = readProviderUrl(url)
    assert.equal(read.ok ? 'accepted' : read.error.cause, cause)
  })
}

test('readProviderUrl takes only what every parser reads the same', () => {
  const text = fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string())
  fc.assert(
    fc.property(text, (url) => {
      const read = readProviderUrl(url)
      if (!read.ok) return
      assert.match(read.value, /^https?:\/\/[!-~]+$/i)
      const { hostname, username, password, hash } = new URL(read.value)
      assert.deepEqual([username, password, hash], ['', '', ''])
      assert.ok(read.value.toLowerCase().includes(hostname))
    }),
  )
})
