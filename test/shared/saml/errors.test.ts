import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '#shared/saml/errors.ts'

test('refusal says only what is known', () => {
  assert.deepEqual(refusal('audience'), { cause: 'audience' })
  assert.deepEqual(refusal('audience', { got: undefined, want: 'us' }), {
    cause: 'audience',
    want: 'us',
  })
  assert.deepEqual(refusal('audience', { got: '', want: undefined }), {
    cause: 'audience',
    got: '',
  })
})

test('refusal cuts what came from outside to 200 characters', () => {
  const long = 'x'.repeat(300)
  assert.deepEqual(refusal('audience', { got: long, want: long }), {
    cause: 'audience',
    got: 'x'.repeat(200),
    want: 'x'.repeat(200),
  })
})
