import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { peekSender } from '#shared/saml/peek.ts'
import { readResponse } from '#shared/saml/read-response.ts'
import { idp, plainResponse, posted, requestId } from '#test/fixtures/saml/plain-response.ts'
import { providerResponse, providers } from '#test/fixtures/saml/providers.ts'

const peek = (xml: string) => peekSender(Buffer.from(xml))

describe('peekSender finds what the parser reads in the response of', () => {
  for (const provider of providers) {
    test(provider.name, () => {
      const xml = providerResponse(provider)
      const read = readResponse(posted(xml))
      assert.ok(read.ok)
      const { unverifiedIssuer, unverifiedNameId, unverifiedInResponseTo } = read.value
      assert.deepEqual(peek(xml), {
        issuer: unverifiedIssuer,
        nameId: unverifiedNameId,
        ...(unverifiedInResponseTo !== undefined && { inResponseTo: unverifiedInResponseTo }),
      })
    })
  }
})

describe('peekSender', () => {
  test('finds the sender of what is no XML', () => {
    const { issuer } = peek(`<!DOCTYPE x><Response><Issuer>${idp}</Issuer><unclosed`)
    assert.equal(issuer, idp)
  })

  const issuers = [
    ['a prefix', '<a.b-c:Issuer>x</a.b-c:Issuer>', 'x'],
    ['attributes', '<Issuer Format="a>b" Q=\'"\' >x</Issuer>', 'x'],
    ['references', '<Issuer>a?b=1&amp;c=&#x41;</Issuer>', 'a?b=1&c=A'],
    ['other characters', '<Issuer>https://idé.example/ 😀</Issuer>', 'https://idé.example/ 😀'],
    ['white space around it', '<Issuer>\n  x\n</Issuer>', 'x'],
    ['another one behind it', '<Issuer>x</Issuer><Issuer>y</Issuer>', 'x'],
  ] as const
  for (const [name, xml, issuer] of issuers) {
    test(`finds an issuer with ${name}`, () => assert.equal(peek(xml).issuer, issuer))
  }

  const without = [
    ['nothing', ''],
    ['an empty issuer', '<Issuer></Issuer>'],
    ['an issuer that only begins so', '<IssuerName>x</IssuerName>'],
    ['an issuer with a child', '<Issuer><x/></Issuer>'],
    ['an issuer without end', '<Issuer>x'],
    ['an issuer that is too long', `<Issuer>${'x'.repeat(5000)}</Issuer>`],
    ['a character that XML does not have', '<Issuer>&#0;</Issuer>'],
  ] as const
  for (const [name, xml] of without) {
    test(`finds no issuer in ${name}`, () => assert.equal(peek(xml).issuer, undefined))
  }

  test('finds the request that is answered', () => {
    assert.equal(peek(plainResponse('none')).inResponseTo, requestId)
    assert.equal(peek("<a InResponseTo='_1'/>").inResponseTo, '_1')
  })

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        assert.ok(peekSender(Buffer.from(bytes)))
      }),
    )
  })

  const costly = [
    ['many starts', '<Issuer '],
    ['many prefixes', `<${'a'.repeat(63)}:`],
    ['many quotes', '<Issuer a="'],
    ['one long tag', ' a="b"'],
  ] as const
  for (const [name, text] of costly) {
    test(`is done with ${name} as fast as with any other text`, () => {
      const size = 256 * 1024
      const start = process.cpuUsage()
      peekSender(Buffer.from(`<Issuer${text.repeat(size / text.length)}`))
      const { user } = process.cpuUsage(start)
      // Linear: some ten milliseconds. Quadratic would be minutes.
      assert.ok(user < 2_000_000, `${user} µs`)
    })
  }
})
