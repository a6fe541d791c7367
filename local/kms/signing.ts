import {
  constants,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  type SignKeyObjectInput,
  sign,
  verify,
} from 'node:crypto'
import type { SigningAlgorithm } from './key-spec.ts'

type Hash = 'sha256' | 'sha384' | 'sha512'
type Scheme = 'pkcs1' | 'pss' | 'ecdsa'

const ALGORITHMS = {
  RSASSA_PKCS1_V1_5_SHA_256: { scheme: 'pkcs1', hash: 'sha256' },
  RSASSA_PKCS1_V1_5_SHA_384: { scheme: 'pkcs1', hash: 'sha384' },
  RSASSA_PKCS1_V1_5_SHA_512: { scheme: 'pkcs1', hash: 'sha512' },
  RSASSA_PSS_SHA_256: { scheme: 'pss', hash: 'sha256' },
  RSASSA_PSS_SHA_384: { scheme: 'pss', hash: 'sha384' },
  RSASSA_PSS_SHA_512: { scheme: 'pss', hash: 'sha512' },
  ECDSA_SHA_256: { scheme: 'ecdsa', hash: 'sha256' },
  ECDSA_SHA_384: { scheme: 'ecdsa', hash: 'sha384' },
  ECDSA_SHA_512: { scheme: 'ecdsa', hash: 'sha512' },
} as const satisfies Record<SigningAlgorithm, { scheme: Scheme; hash: Hash }>

/** DER of DigestInfo up to the digest itself. Source: RFC 8017 §9.2, note 1. */
const DIGEST_INFO_PREFIX = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const satisfies Record<Hash, string>

const DIGEST_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const satisfies Record<Hash, number>

const PADDING = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  pss: {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  },
  ecdsa: {},
} as const satisfies Record<Scheme, Partial<SignKeyObjectInput>>

/** How many bytes a digest for this algorithm has. */
export const digestBytes = (algorithm: SigningAlgorithm): number =>
  DIGEST_BYTES[ALGORITHMS[algorithm].hash]

/** Whether node:crypto can sign a digest made elsewhere: PSS and ECDSA only take the message. */
export const canSignDigest = (algorithm: SigningAlgorithm): boolean =>
  ALGORITHMS[algorithm].scheme === 'pkcs1'

/** Signs a message; ECDSA signatures are DER, as KMS gives them. */
export function signMessage(key: KeyObject, algorithm: SigningAlgorithm, message: Buffer): Buffer {
  const { scheme, hash } = ALGORITHMS[algorithm]
  return sign(hash, message, { key, ...PADDING[scheme] })
}

/** Tells whether a signature is one of this message; never throws. */
export function isMessageSignature(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { message, signature }: { message: Buffer; signature: Buffer },
): boolean {
  const { scheme, hash } = ALGORITHMS[algorithm]
  return verify(hash, message, { key, ...PADDING[scheme] }, signature)
}

/** RSASSA-PKCS1-v1_5 over a finished digest. Source: RFC 8017 §8.2.1. */
export const signDigest = (key: KeyObject, algorithm: SigningAlgorithm, digest: Buffer): Buffer =>
  privateEncrypt({ key, ...PADDING.pkcs1 }, digestInfo(algorithm, digest))

/** Tells whether a signature is one over this digest; never throws. Source: RFC 8017 §8.2.2. */
export function isDigestSignature(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { message: digest, signature }: { message: Buffer; signature: Buffer },
): boolean {
  try {
    return publicDecrypt({ key, ...PADDING.pkcs1 }, signature).equals(digestInfo(algorithm, digest))
  } catch {
    return false
  }
}

function digestInfo(algorithm: SigningAlgorithm, digest: Buffer): Buffer {
  const prefix = DIGEST_INFO_PREFIX[ALGORITHMS[algorithm].hash]
  return Buffer.concat([Buffer.from(prefix, 'hex'), digest])
}
