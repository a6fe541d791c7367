import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KmsKey } from './key.ts'

/** Names and values a ciphertext is bound to, in any order. */
export type EncryptionContext = Readonly<Record<string, string>>

/** A ciphertext taken apart, not yet known to be genuine. */
type UnverifiedBlob = {
  readonly keyId: string
  readonly iv: Buffer
  readonly tag: Buffer
  readonly encrypted: Buffer
}

const FORMAT = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts under a symmetric key with AES-256-GCM, bound to the context.
 * Layout: format (1 byte), length of the id (1 byte), id, IV (12), tag (16), encrypted bytes.
 */
export function seal(key: KmsKey, plaintext: Buffer, context: EncryptionContext): Buffer {
  const header = Buffer.concat([Buffer.of(FORMAT, key.id.length), Buffer.from(key.id, 'latin1')])
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.material, iv)
  cipher.setAAD(boundBytes(context))
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, iv, cipher.getAuthTag(), encrypted])
}

/** Takes a ciphertext apart; undefined when it is not one that `seal` made. */
export function readBlob(blob: Buffer): UnverifiedBlob | undefined {
  const ivStart = 2 + (blob[1] ?? 0)
  const tagStart = ivStart + IV_BYTES
  const encryptedStart = tagStart + TAG_BYTES
  if (blob[0] !== FORMAT || blob.length < encryptedStart) return undefined
  return {
    keyId: blob.toString('latin1', 2, ivStart),
    iv: blob.subarray(ivStart, tagStart),
    tag: blob.subarray(tagStart, encryptedStart),
    encrypted: blob.subarray(encryptedStart),
  }
}

/** Decrypts a blob; undefined when it was altered or bound to another context. */
export function open(
  key: KmsKey,
  blob: UnverifiedBlob,
  context: EncryptionContext,
): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key.material, blob.iv, {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(boundBytes(context)).setAuthTag(blob.tag)
  try {
    return Buffer.concat([decipher.update(blob.encrypted), decipher.final()])
  } catch {
    return undefined
  }
}

/** The same bytes for every order of the pairs. */
function boundBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(pairs))
}
