import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import { readBody, readQuery, readValue } from '#shared/http/admin-body.ts'
import { readRequest } from '#shared/http/request.ts'
import { apiEvent } from './api-event.ts'

const Schema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(3)),
  list: v.exactOptional(v.array(v.strictObject({ n: v.number() }))),
})
const post = (body: string, contentType = 'application/json') =>
  readBody(readRequest(apiEvent({ headers: { 'content-type': contentType }, body })), Schema)
type Problems = { status: number; problems: { field: string; cause: string }[] }
const problemOf = (body: string, contentType?: string) => {
  const read = post(body, contentType)
  assert.equal(read.ok, false)
  return JSON.parse(read.error.body) as Problems
}

describe('readBody', () => {
  test('reads what the schema takes, also as a merge patch', () => {
    assert.deepEqual(post('{"name":"abc"}'), { ok: true, value: { name: 'abc' } })
    assert.ok(post('{"name":"abc"}', 'application/merge-patch+json; charset=utf-8').ok)
  })

  test('tells of each field what is wrong with it', () => {
    const { status, problems } = problemOf('{"name":"abcd","more":1,"list":[{"n":1},{"n":"x"}]}')
    assert.equal(status, 422)
    assert.deepEqual(
      problems.map(({ field, cause }) => [field, cause]),
      [
        ['name', 'malformed'],
        ['list[1].n', 'malformed'],
        ['more', 'unknown_property'],
      ],
    )
    assert.deepEqual(problemOf('{}').problems, [{ field: 'name', cause: 'missing' }])
  })

  test('says what is wanted in few words', () => {
    const Wanted = v.strictObject({
      list: v.pipe(v.array(v.string()), v.minLength(1)),
      kind: v.picklist(['a', 'b']),
      count: v.pipe(v.number(), v.integer()),
      object: v.custom<object>((value) => !Array.isArray(value), 'Object'),
    })
    const read = readValue({ list: [], kind: 'c', count: 1.5, object: [] }, Wanted)
    assert.deepEqual(read, {
      ok: false,
      error: [
        { field: 'list', cause: 'malformed', got: '0', want: '>=1' },
        { field: 'kind', cause: 'malformed', got: '"c"', want: '("a" | "b")' },
        { field: 'count', cause: 'malformed', got: '1.5', want: 'integer' },
        { field: 'object', cause: 'malformed', got: 'Array', want: 'Object' },
      ],
    })
  })

  test('tells of at most fifty', () => {
    const list = Array.from({ length: 60 }, () => ({ n: 'x' }))
    assert.equal(problemOf(JSON.stringify({ name: 'abc', list })).problems.length, 50)
  })

  test('repeats no long value', () => {
    const { problems } = problemOf(JSON.stringify({ name: 'x'.repeat(10_000) }))
    assert.ok(JSON.stringify(problems).length < 500)
  })

  const refused = [
    ['another type', '{"name":"abc"}', 'text/plain', 415],
    ['no type', '{"name":"abc"}', '', 415],
    ['broken JSON', '{"name":', 'application/json', 400],
    ['an empty body', '', 'application/json', 400],
    ['null', 'null', 'application/json', 422],
    ['a list', '[]', 'application/json', 422],
  ] as const
  for (const [name, body, type, status] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(problemOf(body, type).status, status)
    })
  }

  test('answers any body with a problem, or takes it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const read = post(body)
        assert.ok(read.ok || [400, 422].includes(read.error.statusCode))
      }),
    )
  })
})

describe('readQuery', () => {
  const Query = v.strictObject({ a: v.exactOptional(v.string()) })
  const query = (rawQueryString: string) =>
    readQuery(readRequest(apiEvent({ rawQueryString })), Query)

  test('reads each parameter once', () => {
    assert.deepEqual(query('a=1'), { ok: true, value: { a: '1' } })
    assert.deepEqual(query(''), { ok: true, value: {} })
  })

  for (const text of ['a=1&a=2', 'b=1', 'a=1&__proto__=2']) {
    test(`refuses ${text}`, () => {
      const read = query(text)
      assert.equal(!read.ok && read.error.statusCode, 422)
    })
  }
})
