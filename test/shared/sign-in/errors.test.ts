import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUnreadable } from '#shared/sign-in/errors.ts'

describe('isUnreadable', () => {
  for (const cause of [
    'xml_not_base64',
    'xml_limit',
    'form_malformed',
    'response_malformed',
  ] as const) {
    test(`holds for ${cause}`, () => {
      assert.equal(isUnreadable(cause), true)
    })
  }
  for (const cause of ['signature_missing', 'assertion_malformed', 'email_malformed'] as const) {
    test(`does not hold for ${cause}`, () => {
      assert.equal(isUnreadable(cause), false)
    })
  }
})
