import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { redirectUrl } from '#shared/saml/redirect-binding.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { signer } from '#test/fixtures/saml/our-keys.ts'

const location = 'https://idp.example.com/sso'
const sign = signer(keys.provider)
const request = { location, parameter: 'SAMLRequest', message: '<a/>' } as const

/** The query of an address as a server gets it, octet by octet. */
const rawQuery = (url: string) => new URL(url).search.slice(1)

/** What is signed: these parameters in this order, as they were encoded (SAML Bindings 2.0 §3.4.4.1). */
function signedOctets(url: string, parameter: string): string {
  const fields = rawQuery(url).split('&')
  const raw = (name: string) => fields.findLast((field) => field.startsWith(`${name}=`))
  return [raw(parameter), raw('RelayState'), raw('SigAlg')].filter(Boolean).join('&')
}

const isSigned = (url: string, octets: string, key = keys.provider) => {
  const signature = Buffer.from(new URL(url).searchParams.get('Signature') ?? '', 'base64')
  return verify('sha256', Buffer.from(octets), key.publicKey, signature)
}

describe('redirectUrl', () => {
  test('carries a message, deflated', async () => {
    assert.equal(await redirectUrl(request), `${location}?SAMLRequest=s0nUtwMA`)
    assert.equal(inflateRawSync(Buffer.from('s0nUtwMA', 'base64')).toString(), '<a/>')
  })

  test('carries RelayState behind it, an empty one too', async () => {
    const url = await redirectUrl({ ...request, parameter: 'SAMLResponse', relayState: 'a b&c=ü' })
    assert.equal(rawQuery(url), 'SAMLResponse=s0nUtwMA&RelayState=a%20b%26c%3D%C3%BC')
    const empty = await redirectUrl({ ...request, relayState: '' })
    assert.equal(rawQuery(empty), 'SAMLRequest=s0nUtwMA&RelayState=')
  })

  const locations = [
    ['https://idp.example.com', 'https://idp.example.com/?SAML'],
    ['https://idp.example.com/sso?', 'https://idp.example.com/sso?SAML'],
    ['https://idp.example.com/sso?tenant=1', 'https://idp.example.com/sso?tenant=1&SAML'],
    ['https://idp.example.com/sso?a=%2F&b', 'https://idp.example.com/sso?a=%2F&b&SAML'],
    ['https://idp.example.com/sso#x', 'https://idp.example.com/sso?SAML'],
  ] as const
  for (const [given, start] of locations) {
    test(`keeps what ${given} has already`, async () => {
      const url = await redirectUrl({ ...request, location: given })
      assert.ok(url.startsWith(start), url)
    })
  }

  test('signs the octets of message, RelayState and SigAlg, in this order', async () => {
    const url = await redirectUrl({ ...request, relayState: 'r' }, sign)
    const names = rawQuery(url)
      .split('&')
      .map((field) => field.split('=')[0])
    assert.deepEqual(names, ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature'])
    const octets =
      'SAMLRequest=s0nUtwMA&RelayState=r&SigAlg=' +
      'http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256'
    assert.equal(signedOctets(url, 'SAMLRequest'), octets)
    assert.ok(isSigned(url, octets))
    assert.ok(!isSigned(url, octets, keys.next))
    assert.ok(!isSigned(url, octets.replace('RelayState=r', 'RelayState=s')))
    assert.ok(!isSigned(url, octets.replace('SAMLRequest', 'SAMLResponse')))
  })

  test('signs no RelayState where there is none', async () => {
    const url = await redirectUrl(request, sign)
    assert.ok(!rawQuery(url).includes('RelayState'))
    assert.ok(isSigned(url, signedOctets(url, 'SAMLRequest')))
  })

  test('brings any message and RelayState over, signed as a server gets them', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 80 })
    const odd = fc.string({ unit: fc.constantFrom(...'!\'()*~-._ %+&=#?/\\"<>[]{}|^`@:;,$ü😀') })
    const query = fc.array(fc.webQueryParameters({ size: 'small' }), { maxLength: 1 })
    await fc.assert(
      fc.asyncProperty(text, fc.oneof(text, odd), query, async (message, relayState, [own]) => {
        const given = own ? `${location}?${own}` : location
        const url = await redirectUrl({ ...request, location: given, message, relayState }, sign)
        const fields = new URL(url).searchParams
        const carried = Buffer.from(fields.getAll('SAMLRequest').at(-1) ?? '', 'base64')
        assert.equal(inflateRawSync(carried).toString(), message)
        assert.equal(fields.getAll('RelayState').at(-1), relayState)
        assert.ok(isSigned(url, signedOctets(url, 'SAMLRequest')))
        if (own) assert.ok(url.startsWith(`${new URL(given).href}&SAMLRequest=`))
      }),
    )
  })
})
