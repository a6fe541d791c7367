import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { readRedirect } from '#shared/saml/read-redirect.ts'
import { RSA_SHA256, redirectLogout, unsignedLogout } from '#test/fixtures/saml/logout-messages.ts'

const value = encodeURIComponent(deflateRawSync('<a/>').toString('base64'))

describe('readRedirect', () => {
  test('reads the message, RelayState and what is signed', () => {
    const query = `SAMLResponse=${value}&RelayState=a%20b+c&SigAlg=urn%3Ax&Signature=c2ln`
    const read = readRedirect(query)
    assert.ok(read.ok)
    const { bytes, signature, ...rest } = read.value
    assert.deepEqual(rest, { parameter: 'SAMLResponse', relayState: 'a b c' })
    assert.equal(bytes.toString(), '<a/>')
    assert.equal(signature?.algorithm, 'urn:x')
    assert.equal(signature.value.toString(), 'sig')
    assert.equal(signature.octets.toString(), query.slice(0, query.indexOf('&Signature')))
  })

  test('reads a message that nobody signed as such', () => {
    const read = readRedirect(`SAMLRequest=${value}`)
    assert.ok(read.ok)
    assert.deepEqual(
      [read.value.signature, read.value.relayState, read.value.parameter],
      [undefined, undefined, 'SAMLRequest'],
    )
  })

  test('signs an empty RelayState where it was sent, and none where it was not', () => {
    const octetsOf = (query: string) => {
      const read = readRedirect(query)
      return read.ok ? read.value.signature?.octets.toString() : undefined
    }
    const signed = '&SigAlg=x&Signature=c2ln'
    const empty = octetsOf(`SAMLRequest=${value}&RelayState=${signed}`)
    assert.equal(empty, `SAMLRequest=${value}&RelayState=&SigAlg=x`)
    assert.equal(octetsOf(`SAMLRequest=${value}${signed}`), `SAMLRequest=${value}&SigAlg=x`)
  })

  test('takes the one encoding there is where it is named', () => {
    const encoding = encodeURIComponent('urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE')
    assert.equal(readRedirect(`SAMLRequest=${value}&SAMLEncoding=${encoding}`).ok, true)
  })

  test('inflates up to the limit of a document, and no further', () => {
    const query = (length: number) =>
      `SAMLRequest=${encodeURIComponent(deflateRawSync(' '.repeat(length)).toString('base64'))}`
    assert.equal(readRedirect(query(256 * 1024)).ok, true)
    const tooLarge = readRedirect(query(256 * 1024 + 1))
    assert.equal(!tooLarge.ok && tooLarge.error.cause, 'xml_too_large')
  })

  test('answers any text with a message or a typed cause', () => {
    const name = fc.constantFrom(
      ...['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding', 'x'],
    )
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map(encodeIfPossible),
      fc.base64String().map(encodeURIComponent),
      fc.uint8Array().map((bytes) => encodeURIComponent(deflateRawSync(bytes).toString('base64'))),
      fc.constantFrom(value, '%', '%zz', '+', encodeURIComponent(RSA_SHA256)),
    )
    const fields = fc.array(fc.tuple(name, text).map(([key, one]) => `${key}=${one}`))
    const query = fc.oneof(
      fields.map((all) => all.join('&')),
      fc.string(),
    )
    fc.assert(
      fc.property(query, (rawQuery) => {
        const read = readRedirect(rawQuery)
        if (!read.ok) return assert.match(read.error.cause, /^(?:redirect|xml)_/)
        const { parameter, relayState } = read.value
        const parsed = new URLSearchParams(rawQuery)
        assert.equal(parsed.getAll('SAMLRequest').length + parsed.getAll('SAMLResponse').length, 1)
        assert.ok(parsed.has(parameter))
        assert.equal(relayState ?? null, parsed.get('RelayState'))
      }),
      { numRuns: 3000 },
    )
  })

  test('puts the signed octets together as they were sent, whatever surrounds them', () => {
    const relayState = fc.option(fc.string({ unit: 'grapheme' }).filter(isEncodable), {
      nil: undefined,
    })
    fc.assert(
      fc.property(
        relayState,
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        (state, order) => {
          const query = redirectLogout(
            'SAMLRequest',
            state === undefined ? {} : { relayState: state },
          )
          const parts = query.split('&')
          const shuffled = order.flatMap((at) => parts[at] ?? []).join('&')
          const read = readRedirect(shuffled)
          assert.ok(read.ok)
          assert.equal(read.value.bytes.toString(), unsignedLogout('SAMLRequest'))
          const signed = read.value.signature?.octets.toString()
          assert.equal(signed, query.slice(0, query.indexOf('&Signature=')))
          assert.equal(read.value.relayState, state)
        },
      ),
      { numRuns: 200 },
    )
  })
})

const isEncodable = (text: string) => text.isWellFormed()
const encodeIfPossible = (text: string) => (isEncodable(text) ? encodeURIComponent(text) : '%')
