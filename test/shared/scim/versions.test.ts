import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { entityTag, isNamed, readTags, refusedByVersion } from '#shared/scim/versions.ts'

describe('readTags', () => {
  const taken = [
    [undefined, undefined],
    ['*', '*'],
    [' * ', '*'],
    ['W/"1"', ['1']],
    ['"1"', ['1']],
    ['W/"1", "2" ,W/"3"', ['1', '2', '3']],
    ['""', ['']],
  ] as const
  for (const [value, tags] of taken) {
    test(`reads ${value}`, () => {
      assert.deepEqual(readTags(value), { ok: true, value: tags })
    })
  }

  for (const value of ['', '1', 'W/1', '"1', '"1" "2"', '*, "1"', '"1",', 'w/"1"', '"ä"']) {
    test(`refuses ${JSON.stringify(value)}`, () => {
      const read = readTags(value)
      assert.equal(!read.ok && read.error.status, 400)
    })
  }

  test('refuses a long list, and ends soon', () => {
    assert.equal(readTags('"1", '.repeat(100_000)).ok, false)
  })

  test('reads back every tag of ours', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (versions) => {
        const tags = readTags(versions.map(entityTag).join(', '))
        assert.ok(tags.ok && tags.value)
        for (const version of versions) assert.ok(isNamed(tags.value, version))
      }),
    )
  })

  test('answers whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readTags(text)
        assert.ok(read.ok || read.error.status === 400)
      }),
    )
  })
})

describe('refusedByVersion', () => {
  const none = { ifMatch: undefined, ifNoneMatch: undefined }
  const cases = [
    ['no condition', {}, true],
    ['If-Match: *', { ifMatch: '*' }, true],
    ['If-Match with the version', { ifMatch: ['1', '2'] }, true],
    ['If-Match with another', { ifMatch: ['1'] }, false],
    ['If-Match without any', { ifMatch: [] }, false],
    ['If-None-Match with another', { ifNoneMatch: ['1'] }, true],
    ['If-None-Match with the version', { ifNoneMatch: ['2'] }, false],
    ['If-None-Match: *', { ifNoneMatch: '*' }, false],
    ['both', { ifMatch: ['2'], ifNoneMatch: ['2'] }, false],
  ] as const
  for (const [name, call, isAllowed] of cases) {
    test(`${isAllowed ? 'lets pass' : 'refuses'} ${name}`, () => {
      const refused = refusedByVersion({ ...none, ...call }, 2)
      assert.equal(refused?.status, isAllowed ? undefined : 412)
    })
  }
})
