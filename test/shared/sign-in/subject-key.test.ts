import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'

/** Texts so alike that their pieces can be moved across the seam. */
const text = fc.array(fc.constantFrom('a', 'b', '\n', 'shared'), { maxLength: 5 })
const anyText = text.map((parts) => parts.join(''))
const oneLine = anyText.filter((one) => !one.includes('\n'))

const isDistinct = (key: (a: string, b: string) => string, first: fc.Arbitrary<string>) =>
  fc.assert(
    fc.property(first, anyText, first, anyText, (a, b, c, d) => {
      assert.equal(key(a, b) === key(c, d), a === c && b === d)
    }),
    { numRuns: 5000 },
  )

describe('issuerKey', () => {
  test('is another one for every other scope of one line or entity ID', () => {
    isDistinct(issuerKey, oneLine)
  })

  test('can stand in a table key', () => {
    assert.match(issuerKey('shared', 'https://idp.example\n#'), /^[\w-]{43}$/)
  })
})

describe('subjectKey', () => {
  test('is another one for every other issuer or NameID', () => {
    const issuer = fc.tuple(oneLine, anyText).map(([scope, id]) => issuerKey(scope, id))
    isDistinct(subjectKey, issuer)
  })

  test('is another one for another spelling of a NameID (SAML Core 2.0 §8.3)', () => {
    const issuer = issuerKey('shared', 'https://idp.example')
    assert.notEqual(subjectKey(issuer, 'Ada'), subjectKey(issuer, 'ada'))
    assert.notEqual(subjectKey(issuer, 'é'), subjectKey(issuer, 'e\u0301'))
  })
})
