import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { identityClaims, JWT_LIFETIME_SECONDS } from '#shared/tokens/claims.ts'
import { record } from './example.ts'

const issue = { issuer: 'https://signin.vendor.example', jwtId: 'jwt_1', now: 1_772_619_330 }

describe('identityClaims', () => {
  test('says who signed in, where, when, how, and for which product', () => {
    const whole = {
      ...record,
      displayName: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
    }
    assert.deepEqual(identityClaims(whole, issue), {
      iss: issue.issuer,
      sub: record.userId,
      aud: 'meetings',
      iat: issue.now,
      exp: issue.now + 300,
      jti: 'jwt_1',
      org: record.orgId,
      idp: record.idpId,
      sid: record.sid,
      auth_time: record.authnInstant,
      acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
      email: record.email,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
    })
  })

  test('leaves out what the provider did not say', () => {
    const claims = identityClaims(record, issue)
    for (const name of ['acr', 'name', 'given_name', 'family_name']) assert.ok(!(name in claims))
  })

  test('holds nothing of the token it is redeemed for', () => {
    const text = JSON.stringify(identityClaims(record, issue))
    assert.ok(!text.includes(record.handle))
    assert.ok(!text.includes(record.secretHash))
  })

  test('is good for five minutes', () => {
    assert.equal(JWT_LIFETIME_SECONDS, 300)
  })
})
