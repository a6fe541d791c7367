import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { invalidRequest, oauthError } from '#shared/http/oauth-error.ts'
import type { RedeemError } from '#shared/tokens/errors.ts'

const answers = {
  credential_malformed: 'invalid_client',
  credential_unknown: 'invalid_client',
  token_malformed: 'invalid_grant',
  token_unknown: 'invalid_grant',
  token_expired: 'invalid_grant',
  token_used: 'invalid_grant',
  token_of_another_product: 'invalid_grant',
  user_missing: 'invalid_grant',
  user_suspended: 'invalid_grant',
  no_product_access: 'invalid_grant',
  session_ended: 'invalid_grant',
  sso_token_unknown: 'invalid_grant',
  sso_token_removed: 'invalid_grant',
  sso_token_expired: 'invalid_grant',
  organization_closed: 'invalid_grant',
  user_invited: 'invalid_grant',
  host_not_listed: 'invalid_grant',
  host_missing: 'invalid_grant',
  host_mismatch: 'invalid_grant',
} as const satisfies Record<RedeemError, string>

describe('oauthError', () => {
  for (const [cause, error] of Object.entries(answers)) {
    test(`answers ${error} to ${cause}, and not which check it was (RFC 6749 §5.2)`, () => {
      const answer = oauthError(cause as RedeemError)
      assert.deepEqual(JSON.parse(answer.body), { error })
      assert.equal(answer.statusCode, error === 'invalid_client' ? 401 : 400)
      assert.equal(answer.headers['content-type'], 'application/json')
      assert.equal(answer.headers['cache-control'], 'no-store')
    })
  }

  test('asks for a Bearer credential where there is none that is good, and only there', () => {
    const challenge = (cause: RedeemError) => oauthError(cause).headers['www-authenticate']
    assert.equal(challenge('credential_unknown'), 'Bearer realm="latchkey"')
    assert.equal(challenge('token_unknown'), undefined)
  })
})

describe('invalidRequest', () => {
  test('says what the body should be', () => {
    const { statusCode, body } = invalidRequest('the body must hold one token')
    assert.equal(statusCode, 400)
    assert.deepEqual(JSON.parse(body), {
      error: 'invalid_request',
      error_description: 'the body must hold one token',
    })
  })
})
