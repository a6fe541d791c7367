import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  readIdempotencyKey,
  repeatableDirectoryId,
  repeatableId,
} from '#shared/http/idempotency-key.ts'
import { readRequest } from '#shared/http/request.ts'
import { isDirectoryId, newOrgId, orgOfDirectory } from '#shared/ids.ts'
import { apiEvent } from './api-event.ts'

const call = (key: string | undefined, { body = '{}', method = 'POST', caller = 'key_1' } = {}) => {
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  const read = readIdempotencyKey(readRequest(apiEvent({ headers, body, method })), caller)
  return read.ok ? read.value : read.error.statusCode
}

describe('readIdempotencyKey', () => {
  test('reads nothing where there is none', () => {
    assert.equal(call(undefined), undefined)
  })

  test('gives a call one name, and knows another body', () => {
    const first = call('a')
    assert.deepEqual(call('a'), first)
    const other = call('a', { body: '{ }' })
    assert.ok(typeof first === 'object' && typeof other === 'object')
    assert.equal(other.keyHash, first.keyHash)
    assert.notEqual(other.callHash, first.callHash)
  })

  test('keeps names of keys, callers and routes apart', () => {
    const calls = [
      call('a'),
      call('b'),
      call('a', { caller: 'key_2' }),
      call('a', { method: 'PUT' }),
    ]
    const names = calls.map((one) => (typeof one === 'object' ? one.keyHash : one))
    assert.equal(new Set(names).size, 4)
  })

  for (const key of ['', 'a b', 'ä', 'a'.repeat(256)]) {
    test(`refuses ${key.slice(0, 3) || 'an empty text'}`, () => {
      assert.equal(call(key), 400)
    })
  }
})

const named = (key: string) => {
  const read = call(key)
  return typeof read === 'object' ? read : undefined
}

describe('repeatableId', () => {
  test('is the same each time that a call comes, and another one for another call', () => {
    assert.match(repeatableId('acc', named('a')), /^acc_[0-9a-f]{32}$/)
    assert.equal(repeatableId('acc', named('a')), repeatableId('acc', named('a')))
    assert.notEqual(repeatableId('acc', named('a')), repeatableId('acc', named('b')))
  })

  test('is random for a call without a name', () => {
    const ids = Array.from({ length: 100 }, () => repeatableId('acc', undefined))
    assert.equal(new Set(ids).size, 100)
    for (const id of ids) assert.match(id, /^acc_[0-9a-f]{32}$/)
  })
})

describe('repeatableDirectoryId', () => {
  const orgId = newOrgId()
  const idOf = (key: string | undefined) =>
    repeatableDirectoryId(orgId, key ? named(key) : undefined)

  test('is the same each time that a call comes, and another one for another call', () => {
    assert.equal(idOf('a'), idOf('a'))
    assert.notEqual(idOf('a'), idOf('b'))
    assert.notEqual(idOf(undefined), idOf(undefined))
  })

  test('tells its organization', () => {
    for (const id of [idOf('a'), idOf(undefined)]) {
      assert.ok(isDirectoryId(id))
      assert.equal(orgOfDirectory(id), orgId)
    }
  })
})
