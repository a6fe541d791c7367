import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newDirectoryId, newOrgId } from '#shared/ids.ts'
import { CURSOR_SECONDS, readCursor, writeCursor } from '#shared/scim/lists/cursor.ts'

const now = 1_800_000_000
const directory = { id: newDirectoryId(newOrgId()), cursorKey: 'key' }
const scope = { directory, list: 'User', filter: 'userName sw "a"' }
const cursor = writeCursor(scope, 'place', now)

describe('a cursor', () => {
  test('leads to its place for an hour', () => {
    const end = now + CURSOR_SECONDS
    assert.deepEqual(readCursor(scope, cursor, end - 1), { ok: true, value: 'place' })
    const late = readCursor(scope, cursor, end)
    assert.equal(!late.ok && late.error.scimType, 'expiredCursor')
  })

  test('has unreserved characters of URLs only', () => {
    assert.match(writeCursor(scope, '\u{1f600}/+?', now), /^[A-Za-z0-9._~-]+$/)
  })

  const foreign = [
    ['another directory', { directory: { ...directory, id: newDirectoryId(newOrgId()) } }],
    ['another key', { directory: { ...directory, cursorKey: 'other' } }],
    ['another list', { list: 'Group' }],
    ['another filter', { filter: 'userName sw "b"' }],
    ['no filter', { filter: undefined }],
  ] as const
  for (const [name, change] of foreign) {
    test(`is refused for ${name}`, () => {
      const read = readCursor({ ...scope, ...change }, cursor, now)
      assert.equal(!read.ok && read.error.scimType, 'invalidCursor')
    })
  }

  test('is refused with any character changed', () => {
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
      const read = readCursor(scope, changed, now)
      assert.equal(!read.ok && read.error.scimType, 'invalidCursor', changed)
    }
  })

  test('is refused where it is any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        const read = readCursor(scope, text, now)
        assert.equal(!read.ok && read.error.scimType, 'invalidCursor')
      }),
    )
    const long = readCursor(scope, `${'A'.repeat(1_000_000)}.${'A'.repeat(43)}`, now)
    assert.equal(!long.ok && long.error.scimType, 'invalidCursor')
  })
})
