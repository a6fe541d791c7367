import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { jwkOf, keyIdOf } from '#shared/tokens/jwks.ts'

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/0d9d2c6e-0000-4000-8000-000000000000'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = publicKey.export({ type: 'spki', format: 'der' })

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('jwkOf', () => {
  test('makes a key that verifies what its private half signed', async () => {
    const input = `${encode({ alg: 'RS256', kid: keyIdOf(arn) })}.${encode({ sub: 'usr_1' })}`
    const signature = sign('sha256', Buffer.from(input), privateKey).toString('base64url')
    const keys = createLocalJWKSet({ keys: [jwkOf(arn, spki)] })
    const { payload } = await jwtVerify(`${input}.${signature}`, keys, { algorithms: ['RS256'] })
    assert.equal(payload.sub, 'usr_1')
  })

  test('says what the key is for, and holds nothing private', () => {
    const { n, ...rest } = jwkOf(arn, spki)
    assert.deepEqual(rest, { kty: 'RSA', use: 'sig', alg: 'RS256', kid: keyIdOf(arn), e: 'AQAB' })
    assert.equal(Buffer.from(n, 'base64url').length, 256)
  })

  test('throws for a key that is not RSA', () => {
    const { publicKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const der = curve.export({ type: 'spki', format: 'der' })
    assert.throws(() => jwkOf(arn, der), { message: 'the JWT key is not an RSA key' })
  })
})

describe('keyIdOf', () => {
  test('is another one for every other key, always the same for one', () => {
    assert.equal(keyIdOf(arn), keyIdOf(arn))
    assert.notEqual(keyIdOf(arn), keyIdOf(`${arn}1`))
  })

  test('does not tell the account, the region or the key', () => {
    assert.match(keyIdOf(arn), /^[\w-]{22}$/)
    assert.doesNotMatch(keyIdOf(arn), /111122223333|central|0d9d2c6e/)
  })
})
