import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { json, respond, seeOther } from '#shared/http/respond.ts'

const common = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

describe('respond', () => {
  test('lets nothing be kept, guessed at or told to the next page', () => {
    assert.deepEqual(respond(204, {}), { statusCode: 204, headers: common, body: '' })
  })

  test('lets a cache keep what says so', () => {
    const { headers } = respond(200, { 'cache-control': 'public, max-age=300' }, 'x')
    assert.deepEqual(headers, { ...common, 'cache-control': 'public, max-age=300' })
  })
})

describe('json', () => {
  test('answers a value as JSON', () => {
    const { statusCode, headers, body } = json(
      400,
      { error: 'x' },
      { 'www-authenticate': 'Bearer' },
    )
    assert.equal(statusCode, 400)
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['www-authenticate'], 'Bearer')
    assert.deepEqual(JSON.parse(body), { error: 'x' })
  })
})

describe('seeOther', () => {
  test('sends a browser on with GET, and does not tell where it comes from', () => {
    const location = 'https://meetings.example/landing?token=a'
    const { statusCode, headers } = seeOther(location)
    assert.equal(statusCode, 303)
    assert.deepEqual(headers, { ...common, location })
  })
})
