import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { verifySessionJwt } from '#shared/admin/session-jwt.ts'
import {
  claims,
  emergency,
  encode,
  header,
  macJwt,
  now,
  pair,
  publicUrl,
  sessionKey,
  signJwt,
} from './session-example.ts'

const verify = (jwt: string, at = now) =>
  verifySessionJwt(jwt, { key: sessionKey, issuer: publicUrl, now: at })

describe('verifySessionJwt', () => {
  test('reads the claims of what we signed', () => {
    assert.deepEqual(verify(signJwt()), { ok: true, value: claims })
    assert.deepEqual(verify(signJwt(emergency)), { ok: true, value: emergency })
  })

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const publicPem = sessionKey.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const good = signJwt()
  const [head = '', payload = '', signature = ''] = good.split('.')
  const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)

  const refused: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'jwt_malformed'],
    ['two parts', `${head}.${payload}`, 'jwt_malformed'],
    ['four parts', `${good}.x`, 'jwt_malformed'],
    ['white space', ` ${good}`, 'jwt_malformed'],
    ['2,049 characters', `${head}.${'x'.repeat(2048)}.x`, 'jwt_malformed'],
    ['no algorithm', `${encode({ ...header, alg: 'none' })}.${payload}.AA`, 'jwt_header_wrong'],
    ['no signature', `${head}.${payload}.`, 'jwt_malformed'],
    [
      'HS256 with the public key',
      macJwt(publicPem, { ...header, alg: 'HS256' }),
      'jwt_header_wrong',
    ],
    ['HMAC under our header', macJwt(publicPem, header), 'jwt_signature_wrong'],
    ['another type', signJwt(claims, { ...header, typ: 'JWT' }), 'jwt_header_wrong'],
    ['no type', signJwt(claims, { alg: 'RS256', kid: 'kid-1' }), 'jwt_header_wrong'],
    ['another key id', signJwt(claims, { ...header, kid: 'kid-2' }), 'jwt_header_wrong'],
    ['a key of its own', signJwt(claims, { ...header, jwk: {} }), 'jwt_header_wrong'],
    ['the key of a stranger', signJwt(claims, header, stranger), 'jwt_signature_wrong'],
    ['other claims', `${head}.${flip(payload)}.${signature}`, 'jwt_signature_wrong'],
    ['another signature', `${head}.${payload}.${flip(signature)}`, 'jwt_signature_wrong'],
    ['half a signature', `${head}.${payload}.${signature.slice(0, 171)}`, 'jwt_signature_wrong'],
    ['another issuer', signJwt({ ...claims, iss: 'https://else.example' }), 'jwt_claims_wrong'],
    ['another audience', signJwt({ ...claims, aud: 'meetings' }), 'jwt_claims_wrong'],
    ['several audiences', signJwt({ ...claims, aud: ['latchkey-admin'] }), 'jwt_claims_wrong'],
    ['no user', signJwt({ ...claims, sub: 'usr_1' }), 'jwt_claims_wrong'],
    ['no organization', signJwt({ ...claims, org: undefined }), 'jwt_claims_wrong'],
    ['no session', signJwt({ ...claims, sid: 7 }), 'jwt_claims_wrong'],
    ['no end', signJwt({ ...claims, exp: undefined }), 'jwt_claims_wrong'],
    ['an end in text', signJwt({ ...claims, exp: '2e9' }), 'jwt_claims_wrong'],
    ['a claim of its own', signJwt({ ...claims, role: 'admin' }), 'jwt_claims_wrong'],
    ['an unknown kind', signJwt({ ...claims, kind: 'root' }), 'jwt_claims_wrong'],
    ['an emergency without a door', signJwt({ ...claims, kind: 'emergency' }), 'jwt_claims_wrong'],
    ['a normal one with a door', signJwt({ ...emergency, kind: 'normal' }), 'jwt_claims_wrong'],
    ['a payload that is no JSON', signJwt('{'), 'jwt_claims_wrong'],
    ['a payload that is no object', signJwt('null'), 'jwt_claims_wrong'],
  ]
  for (const [name, jwt, error] of refused) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(verify(jwt), { ok: false, error })
    })
  }

  test('refuses one from the second that it ends', () => {
    assert.equal(verify(good, claims.exp - 1).ok, true)
    assert.deepEqual(verify(good, claims.exp), { ok: false, error: 'jwt_expired' })
  })

  test('refuses an emergency from the second that its door closes', () => {
    const jwt = signJwt(emergency)
    assert.equal(verify(jwt, now + 199).ok, true)
    assert.deepEqual(verify(jwt, now + 200), { ok: false, error: 'jwt_expired' })
  })

  test('answers any text with an error of its own, and never throws', () => {
    const part = fc.oneof(fc.constantFrom(head, payload, signature), fc.base64String(), fc.string())
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((all) => all.join('.')),
    )
    fc.assert(
      fc.property(text, (jwt) => {
        const verified = verify(jwt)
        assert.equal(verified.ok, jwt === good)
        if (!verified.ok) assert.match(verified.error, /^jwt_[a-z_]+$/)
      }),
      { numRuns: 2000 },
    )
  })

  test('answers any payload that we signed with its claims or an error of its own', () => {
    const names = Object.keys(claims)
    const changed = fc.tuple(fc.constantFrom(...names), fc.jsonValue())
    fc.assert(
      fc.property(changed, ([name, value]) => {
        const verified = verify(signJwt({ ...claims, [name]: value }))
        if (!verified.ok) assert.match(verified.error, /^jwt_(?:claims_wrong|expired)$/)
      }),
      { numRuns: 150 },
    )
  })

  test('knows the key by its public half', () => {
    assert.equal(sessionKey.publicKey.type, 'public')
    assert.equal(pair.privateKey.type, 'private')
  })
})
