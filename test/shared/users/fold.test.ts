import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fold, foldName, searchNames } from '#shared/users/fold.ts'

const text = fc.string({ unit: 'binary', maxLength: 300 })
const words = fc.string({ unit: fc.constantFrom(...'aZéÉß Σςσ\u0130ﬁＡ\u0301 \t'), maxLength: 30 })

describe('fold', () => {
  const same = [
    ['letter case', 'ADA', 'ada'],
    ['a ligature', 'ﬁona', 'fiona'],
    ['full-width letters', 'Ａｄａ', 'ada'],
    ['a letter and its accent apart', 'Zoe\u0308', 'zoë'],
    ['a Kelvin sign', '\u212Aay', 'kay'],
    ['the end of a Greek word', 'ΟΔΟΣ', 'οδοσ'],
  ] as const
  for (const [name, one, other] of same) {
    test(`makes nothing of ${name}`, () => {
      assert.equal(fold(one), other)
    })
  }

  test('does not change what it has made, and makes nothing that cannot be stored', () => {
    fc.assert(
      fc.property(fc.oneof(text, words, fc.string({ unit: 'binary-ascii' })), (any) => {
        const folded = fold(any)
        assert.equal(fold(folded), folded)
        assert.ok(folded.isWellFormed())
      }),
      { numRuns: 3000 },
    )
  })

  test('takes half characters for what Unicode puts in their place', () => {
    assert.equal(fold('a\uD800'), 'a\uFFFD')
  })
})

describe('foldName', () => {
  test('leaves no space at an end, and one between words', () => {
    assert.equal(foldName('  Ada \t\u00A0 King '), 'ada king')
  })

  test('fits into a sort key, whole characters only, whatever the name', () => {
    const long = fc.string({
      unit: fc.constantFrom('\uFDFA', '😀', 'a', '\u{1D400}'),
      minLength: 150,
    })
    fc.assert(
      fc.property(fc.oneof(text, long), (name) => {
        const folded = foldName(name)
        assert.ok(Buffer.byteLength(folded) <= 600)
        assert.ok(folded.isWellFormed())
      }),
    )
  })

  test('of the beginning of a name is the beginning of it folded, for Latin letters', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ éÖ'), maxLength: 250 })
    fc.assert(
      fc.property(name, fc.nat(250), (whole, length) => {
        assert.ok(foldName(whole).startsWith(foldName(whole.slice(0, length))))
      }),
    )
  })
})

describe('searchNames', () => {
  const cases = [
    ['the name that is shown', { displayName: 'Ada King' }, ['ada king']],
    [
      'both names in both orders',
      { givenName: 'Ada', familyName: 'King' },
      ['ada king', 'king ada'],
    ],
    [
      'the name that is shown, and the family name',
      { displayName: 'Countess', givenName: 'Ada', familyName: 'King' },
      ['countess', 'king ada'],
    ],
    ['a family name alone, once', { familyName: 'King' }, ['king']],
    ['a given name alone', { givenName: 'Ada' }, ['ada']],
    ['nothing where there is none', {}, []],
    ['nothing for spaces', { displayName: ' ', familyName: '\t' }, []],
  ] as const
  for (const [name, names, found] of cases) {
    test(`gives ${name}`, () => {
      assert.deepEqual(searchNames(names), found)
    })
  }

  test('gives at most two, none twice', () => {
    const names = fc.record(
      { givenName: words, familyName: words, displayName: words },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(names, (given) => {
        const found = searchNames(given)
        assert.ok(found.length <= 2)
        assert.equal(new Set(found).size, found.length)
      }),
    )
  })
})
