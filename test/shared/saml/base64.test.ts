import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64 } from '#shared/saml/base64.ts'

// RFC 4648 §10.
const vectors = [
  ['Zg==', 'f'],
  ['Zm8=', 'fo'],
  ['Zm9v', 'foo'],
  ['Zm9vYg==', 'foob'],
  ['Zm9vYmE=', 'fooba'],
  ['Zm9vYmFy', 'foobar'],
] as const
for (const [encoded, decoded] of vectors) {
  test(`decodeBase64 reads ${encoded} as ${decoded}`, () => {
    assert.equal(decodeBase64(encoded)?.toString(), decoded)
  })
}

const refused = [
  ['nothing', ''],
  ['white space', ' \t\r\n'],
  ['padding alone', '===='],
  ['too much padding', 'Z==='],
  ['padding that is missing', 'Zg'],
  ['padding that is missing in part', 'Zg='],
  ['padding that is not needed', 'Zm9v===='],
  ['padding in the middle', 'Zg==Zg=='],
  ['one character', 'Z'],
  ['a foreign character', 'Zm9!'],
  ['a foreign character in a group of its own', 'Zm9v!!!!'],
  ['the alphabet of base64url', '-_-_'],
  ['a character whose low byte is in the alphabet', '\u0141AAA'],
  ['a full-width letter', 'Ｚm9v'],
  ['a no-break space', 'Zm9v\u00a0'],
  ['a vertical tab', 'Zm9v\v'],
  ['a NUL', 'Zm9v\0'],
  ['unused bits that are set', 'Zh=='],
  ['a data URL', 'data:;base64,Zm9v'],
  ['percent-encoding', 'Zg%3D%3D'],
] as const
for (const [what, text] of refused) {
  test(`decodeBase64 refuses ${what}`, () => {
    assert.equal(decodeBase64(text), undefined)
  })
}

const lineBreaks = fc.constantFrom('\n', '\r\n', ' ', '\t', '\r', '\n\n  ')

test('decodeBase64 reads what any encoder wrote, in lines of any length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.constantFrom(4, 60, 64, 76, 1000),
      lineBreaks,
      (bytes, columns, lineBreak) => {
        const encoded = Buffer.from(bytes).toString('base64')
        const lines = encoded.replaceAll(new RegExp(`.{${columns}}`, 'g'), `$&${lineBreak}`)
        assert.deepEqual(decodeBase64(lines), Buffer.from(bytes))
      },
    ),
  )
})

test('decodeBase64 reads nothing that an encoder would have written otherwise', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/=_\-.\u0141]{0,12}$/), (text) => {
      const bytes = decodeBase64(text)
      assert.ok(bytes === undefined || bytes.toString('base64') === text)
    }),
    { numRuns: 2000 },
  )
})
