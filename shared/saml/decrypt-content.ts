import { createDecipheriv } from 'node:crypto'
import type { ContentCipher } from './encryption-algorithms.ts'

/** What a ciphertext decrypts to, and whether that may be used. */
type Decrypted = { plaintext: Buffer; isIntact: boolean }

const NOTHING: Decrypted = { plaintext: Buffer.alloc(0), isIntact: false }

/**
 * Decrypts the value of an EncryptedData. What is not intact comes back too, so that the caller does
 * the same with it as with what is: nobody shall learn from the time which of the steps failed.
 *
 * Source: XML Encryption 1.1 §5.2.1–5.2.2 (CBC: IV first, padding told by the last byte), §5.2.4
 * (GCM: 96-bit IV first, 128-bit tag last).
 *
 * @param key as long as the cipher wants it
 */
export const decryptContent = (
  cipher: ContentCipher,
  key: Buffer,
  ciphertext: Buffer,
): Decrypted =>
  cipher.name.endsWith('gcm')
    ? decryptGcm(cipher.name as GcmName, key, ciphertext)
    : decryptCbc(cipher.name, key, ciphertext)

/** Whether changes of the ciphertext change the plaintext in known places, and nobody notices. */
export const isCbc = ({ name }: ContentCipher) => name.endsWith('cbc')

type GcmName = Extract<ContentCipher['name'], `${string}-gcm`>

const GCM_IV_LENGTH = 12
const TAG_LENGTH = 16

function decryptGcm(name: GcmName, key: Buffer, ciphertext: Buffer): Decrypted {
  if (ciphertext.length <= GCM_IV_LENGTH + TAG_LENGTH) return NOTHING
  const iv = ciphertext.subarray(0, GCM_IV_LENGTH)
  const decipher = createDecipheriv(name, key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAuthTag(ciphertext.subarray(-TAG_LENGTH))
  const plaintext = decipher.update(ciphertext.subarray(GCM_IV_LENGTH, -TAG_LENGTH))
  try {
    decipher.final()
    return { plaintext, isIntact: true }
  } catch {
    return { plaintext, isIntact: false }
  }
}

const BLOCK_LENGTH = 16

function decryptCbc(name: ContentCipher['name'], key: Buffer, ciphertext: Buffer): Decrypted {
  const isWhole = ciphertext.length >= 2 * BLOCK_LENGTH && ciphertext.length % BLOCK_LENGTH === 0
  if (!isWhole) return NOTHING
  const decipher = createDecipheriv(name, key, ciphertext.subarray(0, BLOCK_LENGTH))
  // OpenSSL would want the padding of PKCS #7, of which this is a superset.
  decipher.setAutoPadding(false)
  const padded = Buffer.concat([
    decipher.update(ciphertext.subarray(BLOCK_LENGTH)),
    decipher.final(),
  ])
  const padding = padded.at(-1) ?? 0
  const isIntact = padding >= 1 && padding <= BLOCK_LENGTH
  return { plaintext: padded.subarray(0, padded.length - (isIntact ? padding : 0)), isIntact }
}
