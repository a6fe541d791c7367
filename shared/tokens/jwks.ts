import { createPublicKey } from 'node:crypto'
import { sha256 } from '../secrets.ts'

/** A key of a JWK Set (RFC 7517 §4): RSA, for signatures with RS256 (RFC 7518 §3.3). */
export type Jwk = { kty: 'RSA'; use: 'sig'; alg: 'RS256'; kid: string; n: string; e: string }

/**
 * The key id that a JWT names: derived from the key's ARN, so that signing needs no look at the
 * public key, and hashed, so that it does not tell the account.
 */
export const keyIdOf = (keyArn: string) => sha256(keyArn).slice(0, 22)

/** @param spki SubjectPublicKeyInfo in DER, as KMS gives it */
export function jwkOf(keyArn: string, spki: Uint8Array): Jwk {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const { n, e } = key.export({ format: 'jwk' })
  if (!n || !e) throw new Error('the JWT key is not an RSA key')
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: keyIdOf(keyArn), n, e }
}
