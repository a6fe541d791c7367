import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { KmsKey } from './key.ts'
import { type CryptographicOperation, checkUse, findKey, keyFor } from './key-lookup.ts'
import { type EncryptionAlgorithm, KEY_SPECS, type MaterialShape } from './key-spec.ts'
import type { Kms } from './kms.ts'
import { type EncryptionContext, open, readBlob, seal } from './sealed-blob.ts'

type CipherTask = {
  readonly operation: CryptographicOperation
  readonly algorithm: EncryptionAlgorithm
  readonly context: EncryptionContext
}
type EncryptTask = CipherTask & { readonly keyReference: string; readonly plaintext: Buffer }
type DecryptTask = CipherTask & {
  readonly keyReference: string | undefined
  readonly ciphertext: Buffer
}

const OAEP = {
  RSAES_OAEP_SHA_1: { hash: 'sha1', hashBytes: 20 },
  RSAES_OAEP_SHA_256: { hash: 'sha256', hashBytes: 32 },
} as const
type OaepAlgorithm = keyof typeof OAEP

/** Encrypts under a symmetric key, or with RSA-OAEP under an asymmetric one. */
export function encrypt(
  kms: Kms,
  task: EncryptTask,
): Answer<{ readonly key: KmsKey; readonly ciphertext: Buffer }> {
  const key = keyFor(kms, task.keyReference, task)
  if (!key.ok) return key
  const { algorithm, plaintext } = task
  if (algorithm === 'SYMMETRIC_DEFAULT') {
    return ok({ key: key.value, ciphertext: seal(key.value, plaintext, task.context) })
  }
  const limit = oaepLimitBytes(key.value, algorithm)
  if (plaintext.length > limit) {
    const pair = `Algorithm ${algorithm} and key spec ${key.value.spec}`
    return refuse('ValidationException', `${pair} cannot encrypt data larger than ${limit} bytes.`)
  }
  if (hasContext(task)) return refuseContext(algorithm)
  const ciphertext = publicEncrypt(oaepKey(key.value, algorithm), plaintext)
  return ok({ key: key.value, ciphertext })
}

/**
 * Decrypts what `encrypt` or, for RSA-OAEP, the holder of the public key encrypted. A symmetric
 * ciphertext names its key; if the caller names one as well it must be the same.
 */
export function decrypt(
  kms: Kms,
  task: DecryptTask,
): Answer<{ readonly key: KmsKey; readonly plaintext: Buffer }> {
  const { algorithm } = task
  if (algorithm === 'SYMMETRIC_DEFAULT') return decryptSealed(kms, task)
  if (task.keyReference === undefined) {
    return refuse('ValidationException', `A key ID is required for algorithm ${algorithm}.`)
  }
  const key = keyFor(kms, task.keyReference, task)
  if (!key.ok) return key
  if (hasContext(task)) return refuseContext(algorithm)
  try {
    const plaintext = privateDecrypt(oaepKey(key.value, algorithm), task.ciphertext)
    return ok({ key: key.value, plaintext })
  } catch {
    return refuse('InvalidCiphertextException')
  }
}

function decryptSealed(
  kms: Kms,
  task: DecryptTask,
): Answer<{ readonly key: KmsKey; readonly plaintext: Buffer }> {
  const named = task.keyReference === undefined ? undefined : findKey(kms, task.keyReference)
  if (named && !named.ok) return named
  const blob = readBlob(task.ciphertext)
  const key = blob && kms.store.key(blob.keyId)
  if (!blob || !key) return refuse('InvalidCiphertextException')
  if (named && named.value.id !== key.id) {
    return refuse(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
  const usable = checkUse(kms, key, task)
  if (!usable.ok) return usable
  const plaintext = open(key, blob, task.context)
  return plaintext ? ok({ key, plaintext }) : refuse('InvalidCiphertextException')
}

const oaepKey = (key: KmsKey, algorithm: OaepAlgorithm) => ({
  key: key.material,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: OAEP[algorithm].hash,
})

/** Source: RFC 8017 §7.1.1, step 1b. */
function oaepLimitBytes(key: KmsKey, algorithm: OaepAlgorithm): number {
  const shape: MaterialShape = KEY_SPECS[key.spec].shape
  const modulusBytes = shape.kind === 'rsa' ? shape.modulusBits / 8 : 0
  return modulusBytes - 2 * OAEP[algorithm].hashBytes - 2
}

const hasContext = (task: CipherTask) => Object.keys(task.context).length > 0

const refuseContext = (algorithm: OaepAlgorithm) =>
  refuse('ValidationException', `Algorithm ${algorithm} does not take an encryption context.`)
