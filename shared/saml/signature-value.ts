import { constants, type KeyObject, verify } from 'node:crypto'
import type { SignatureMethod } from './algorithms.ts'

/**
 * Whether the key made this signature value over these bytes. A key verifies the methods of its own
 * type only: an RSA key of at least 2048 bits PKCS #1 v1.5 and PSS, a P-256 or P-384 key ECDSA.
 *
 * Source: RFC 9231 §2.3.2 (RSA), §2.3.6 (ECDSA: r and s, each as long as the curve's order), §2.3.10
 * (PSS: salt as long as the hash, MGF1 with that hash).
 */
export function isSignedBy(
  key: KeyObject,
  { scheme, hash }: SignatureMethod,
  bytes: Buffer,
  value: Buffer,
): boolean {
  switch (scheme) {
    case 'rsa-pkcs1':
      return fitOf(key).isRsa && verify(hash, bytes, key, value)
    case 'rsa-pss':
      return fitOf(key).isRsa && verify(hash, bytes, { key, ...PSS }, value)
    case 'ecdsa':
      return (
        value.length === fitOf(key).ecdsaLength &&
        verify(hash, bytes, { key, dsaEncoding: 'ieee-p1363' }, value)
      )
    default:
      return scheme satisfies never
  }
}

/** MGF1 uses the hash of the signature where no other is named. */
const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

/** Of an RSA key; shorter ones can be factored (NIST SP 800-131A §3). */
export const MIN_MODULUS_BITS = 2048

/** Curves that may verify, by OpenSSL's name: what people call them, and the bytes of r and s. */
export const curves: ReadonlyMap<string, { label: string; valueLength: number }> = new Map([
  ['prime256v1', { label: 'P-256', valueLength: 64 }],
  ['secp384r1', { label: 'P-384', valueLength: 96 }],
])

/** What a key is good for. */
type Fit = { isRsa: boolean; ecdsaLength: number | undefined }

/** Node.js 24 asks OpenSSL for the details of a key each time, which costs a tenth of verifying. */
const fits = new WeakMap<KeyObject, Fit>()

function fitOf(key: KeyObject): Fit {
  const known = fits.get(key)
  if (known) return known
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const curve = type === 'ec' ? curves.get(details?.namedCurve ?? '') : undefined
  const isRsa = type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_MODULUS_BITS
  const fit = { isRsa, ecdsaLength: curve?.valueLength }
  fits.set(key, fit)
  return fit
}
