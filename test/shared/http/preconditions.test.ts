import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { entityTag, readIfMatch } from '#shared/http/preconditions.ts'
import { readRequest } from '#shared/http/request.ts'
import { apiEvent } from './api-event.ts'

const requestWith = (value?: string) =>
  readRequest(apiEvent({ headers: value === undefined ? {} : { 'if-match': value } }))

describe('readIfMatch', () => {
  const taken = [
    ['no header', undefined, undefined],
    ['any state', '*', undefined],
    ['one tag', '"1.2"', ['1.2']],
    ['several tags', '"1.2" ,"3.4", "5.6"', ['1.2', '3.4', '5.6']],
    ['a weak tag, which matches nothing', 'W/"1.2"', []],
    ['a weak tag beside a strong one', 'W/"1.2","3.4"', ['3.4']],
  ] as const
  for (const [name, value, want] of taken) {
    test(`reads ${name}`, () => {
      assert.deepEqual(readIfMatch(requestWith(value)), { ok: true, value: want })
    })
  }

  const refused = [
    ['no header where one is needed', undefined, 428],
    ['a tag without quotes', '1.2', 400],
    ['an empty header', '', 400],
    ['a tag that is not closed', '"1.2', 400],
    ['a star among tags', '"1.2", *', 400],
  ] as const
  for (const [name, value, status] of refused) {
    test(`refuses ${name}`, () => {
      const read = readIfMatch(requestWith(value), true)
      assert.equal(read.ok, false)
      assert.equal(read.error.statusCode, status)
      assert.equal(read.error.headers['content-type'], 'application/problem+json')
    })
  }

  test('reads the tag that we give, whatever else comes', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const read = readIfMatch(requestWith(value))
        assert.ok(read.ok || read.error.statusCode === 400)
      }),
    )
    assert.deepEqual(readIfMatch(requestWith(entityTag('12.3'))), { ok: true, value: ['12.3'] })
  })
})
