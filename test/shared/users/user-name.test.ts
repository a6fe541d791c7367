import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fold } from '#shared/users/fold.ts'
import { foldUserName, isUserName, MAX_USER_NAME } from '#shared/users/user-name.ts'

describe('isUserName', () => {
  const accepted = [
    ['letters', 'ada'],
    ['one character', 'a'],
    ['an address', 'ada@acme.example'],
    ['a Windows account', 'ACME\\ada'],
    ['a space inside', 'Ada King'],
    ['letters of any script', 'زوئی·Ζωή·佐'],
    ['a key of another item', 'org#usr_1'],
    ['as many characters as there may be', 'a'.repeat(MAX_USER_NAME)],
  ] as const
  for (const [name, text] of accepted) {
    test(`accepts ${name}`, () => {
      assert.equal(isUserName(text), true)
    })
  }

  const refused = [
    ['nothing', ''],
    ['only white space', ' \u3000'],
    ['a space before it', ' ada'],
    ['a space behind it', 'ada '],
    ['a no-break space behind it', 'ada\u00A0'],
    ['a byte order mark before it', '\uFEFFada'],
    ['a line break', 'ada\nking'],
    ['a NUL', 'ada\0'],
    ['a control character of the second row', 'ada\u0085king'],
    ['a line separator', 'ada\u2028king'],
    ['what turns the direction of text', 'ada\u202Eking'],
    ['half a character', 'ada\uD800'],
    ['one character more than there may be', 'a'.repeat(MAX_USER_NAME + 1)],
  ] as const
  for (const [name, text] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(isUserName(text), false)
    })
  }

  test('says of any text whether it is well formed, short, closed and without controls', () => {
    const text = fc.string({ unit: 'binary', maxLength: MAX_USER_NAME + 20 })
    const likely = fc.string({ unit: fc.constantFrom(...'aB é\t\u202E\uD800😀'), maxLength: 6 })
    const isControl = (character: string) => {
      const code = character.codePointAt(0) ?? 0
      const ranges = [
        [0x00, 0x1f],
        [0x7f, 0x9f],
        [0x2028, 0x202e],
        [0x2066, 0x2069],
        [0x200e, 0x200f],
        [0x061c, 0x061c],
      ] as const
      return ranges.some(([first, last]) => code >= first && code <= last)
    }
    fc.assert(
      fc.property(fc.oneof(text, likely), (any) => {
        const isShort = any.length > 0 && any.length <= MAX_USER_NAME
        const isClosed = any === any.trim() && any.isWellFormed()
        assert.equal(isUserName(any), isShort && isClosed && ![...any].some(isControl))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('foldUserName', () => {
  const same = [
    ['letter case', 'ADA', 'ada'],
    ['full-width letters', 'ＡＤＡ', 'ada'],
    ['a letter and its accent apart', 'Zoe\u0308', 'zoë'],
  ] as const
  for (const [name, one, other] of same) {
    test(`makes nothing of ${name}`, () => {
      assert.equal(foldUserName(one), foldUserName(other))
    })
  }

  test('fits into a sort key whatever the name, and is the folded name where that does', () => {
    const long = fc.string({ unit: fc.constantFrom('\uFDFA', '😀', 'a'), minLength: 150 })
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), long), (name) => {
        const folded = fold(name)
        const isShort = Buffer.byteLength(folded) <= 1024
        assert.equal(foldUserName(name) === folded, isShort)
        assert.ok(Buffer.byteLength(foldUserName(name)) <= 1024)
        assert.notEqual(foldUserName(name), '')
      }),
    )
  })

  test('of two long names is not one, and that of none is the hash of another', () => {
    const [one = '', other = ''] = [1, 2].map((last) => `${'\uFDFA'.repeat(200)}${last}`)
    assert.notEqual(foldUserName(one), foldUserName(other))
    assert.notEqual(foldUserName(foldUserName(one)), foldUserName(one))
  })
})
