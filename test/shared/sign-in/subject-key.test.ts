import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attributeSubjectKey, issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'

/** Texts so alike that their pieces can be moved across the seam. */
const text = fc.array(fc.constantFrom('a', 'b', '\n', 'shared'), { maxLength: 5 })
const anyText = text.map((parts) => parts.join(''))
const oneLine = anyText.filter((one) => !one.includes('\n'))

const isDistinct = <First extends string>(
  key: (a: First, b: string) => string,
  first: fc.Arbitrary<First>,
) =>
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
  const provider = oneLine.map((text) => `idp_${text}` as const)

  test('is another one for every other provider or NameID, or attribute', () => {
    isDistinct(subjectKey, provider)
    isDistinct(attributeSubjectKey, provider)
    assert.notEqual(subjectKey('idp_1', 'ada'), attributeSubjectKey('idp_1', 'ada'))
  })

  test('is another one for another spelling of a NameID (SAML Core 2.0 §8.3)', () => {
    assert.notEqual(subjectKey('idp_1', 'Ada'), subjectKey('idp_1', 'ada'))
    assert.notEqual(subjectKey('idp_1', 'é'), subjectKey('idp_1', 'e\u0301'))
  })
})
