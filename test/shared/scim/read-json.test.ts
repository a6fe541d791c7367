import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MAX_BODY_BYTES, readJson } from '#shared/scim/read-json.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('readJson', () => {
  const refused = [
    ['an empty body', '', 400],
    ['what is no JSON', '{"a":', 400],
    ['another encoding of a value', "{'a': 1}", 400],
    ['what is nested deeper than 50', nested(51), 400],
    ['what is nested deeper by far', nested(500_000), 400],
    ['one byte more than a megabyte', `"${'a'.repeat(MAX_BODY_BYTES - 1)}"`, 413],
    ['fewer characters, and more bytes', `"${'ä'.repeat(MAX_BODY_BYTES / 2)}"`, 413],
  ] as const
  for (const [name, text, status] of refused) {
    test(`refuses ${name}`, () => {
      const read = readJson(text)
      assert.equal(!read.ok && read.error.status, status)
      assert.equal(!read.ok && read.error.scimType, status === 400 ? 'invalidSyntax' : undefined)
    })
  }

  test('takes what is just small and flat enough', () => {
    assert.ok(readJson(nested(50)).ok)
    assert.ok(readJson(`"${'a'.repeat(MAX_BODY_BYTES - 2)}"`).ok)
    assert.deepEqual(readJson('null'), { ok: true, value: null })
  })

  test('takes the last of members with one name', () => {
    assert.deepEqual(readJson('{"a":1,"a":2}'), { ok: true, value: { a: 2 } })
  })

  test('drops what would be a prototype, wherever it is', () => {
    const read = readJson('{"__proto__":{"a":1},"b":[{"__proto__":2,"constructor":3}]}')
    assert.deepEqual(read, { ok: true, value: { b: [{ constructor: 3 }] } })
    assert.equal(({} as Record<string, unknown>)['a'], undefined)
  })

  test('reads every other JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        if (text.includes('"__proto__"')) return
        assert.deepEqual(readJson(text), { ok: true, value: JSON.parse(text) as unknown })
      }),
    )
  })

  test('answers whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readJson(text)
        assert.ok(read.ok || read.error.status === 400)
      }),
    )
  })
})
