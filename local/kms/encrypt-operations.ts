import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { decrypt, encrypt } from './ciphering.ts'
import type { Answer } from './errors.ts'
import { ENCRYPTION_ALGORITHMS } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'
import { bytes, EncryptionContext, KeyReference, type Operation, oneOf, operation } from './wire.ts'

const Algorithm = v.optional(oneOf(ENCRYPTION_ALGORITHMS), 'SYMMETRIC_DEFAULT')

const EncryptInput = v.object({
  KeyId: KeyReference,
  Plaintext: bytes(1, 4096),
  EncryptionAlgorithm: Algorithm,
  EncryptionContext,
})

function runEncrypt(kms: Kms, input: v.InferOutput<typeof EncryptInput>): Answer<object> {
  const encrypted = encrypt(kms, {
    operation: 'Encrypt',
    keyReference: input.KeyId,
    algorithm: input.EncryptionAlgorithm,
    context: input.EncryptionContext,
    plaintext: input.Plaintext,
  })
  if (!encrypted.ok) return encrypted
  return ok({
    KeyId: keyArn(kms, encrypted.value.key),
    CiphertextBlob: encrypted.value.ciphertext.toString('base64'),
    EncryptionAlgorithm: input.EncryptionAlgorithm,
  })
}

const DecryptInput = v.object({
  KeyId: v.optional(KeyReference),
  CiphertextBlob: bytes(1, 6144),
  EncryptionAlgorithm: Algorithm,
  EncryptionContext,
})

function runDecrypt(kms: Kms, input: v.InferOutput<typeof DecryptInput>): Answer<object> {
  const decrypted = decrypt(kms, {
    operation: 'Decrypt',
    keyReference: input.KeyId,
    algorithm: input.EncryptionAlgorithm,
    context: input.EncryptionContext,
    ciphertext: input.CiphertextBlob,
  })
  if (!decrypted.ok) return decrypted
  return ok({
    KeyId: keyArn(kms, decrypted.value.key),
    Plaintext: decrypted.value.plaintext.toString('base64'),
    EncryptionAlgorithm: input.EncryptionAlgorithm,
  })
}

const ReEncryptInput = v.object({
  CiphertextBlob: bytes(1, 6144),
  SourceKeyId: v.optional(KeyReference),
  SourceEncryptionAlgorithm: Algorithm,
  SourceEncryptionContext: EncryptionContext,
  DestinationKeyId: KeyReference,
  DestinationEncryptionAlgorithm: Algorithm,
  DestinationEncryptionContext: EncryptionContext,
})

function runReEncrypt(kms: Kms, input: v.InferOutput<typeof ReEncryptInput>): Answer<object> {
  const decrypted = decrypt(kms, {
    operation: 'ReEncrypt',
    keyReference: input.SourceKeyId,
    algorithm: input.SourceEncryptionAlgorithm,
    context: input.SourceEncryptionContext,
    ciphertext: input.CiphertextBlob,
  })
  if (!decrypted.ok) return decrypted
  const encrypted = encrypt(kms, {
    operation: 'ReEncrypt',
    keyReference: input.DestinationKeyId,
    algorithm: input.DestinationEncryptionAlgorithm,
    context: input.DestinationEncryptionContext,
    plaintext: decrypted.value.plaintext,
  })
  if (!encrypted.ok) return encrypted
  return ok({
    CiphertextBlob: encrypted.value.ciphertext.toString('base64'),
    SourceKeyId: keyArn(kms, decrypted.value.key),
    SourceEncryptionAlgorithm: input.SourceEncryptionAlgorithm,
    KeyId: keyArn(kms, encrypted.value.key),
    DestinationEncryptionAlgorithm: input.DestinationEncryptionAlgorithm,
  })
}

/** Encryption under symmetric keys and with RSA-OAEP. */
export const encryptOperations = {
  Encrypt: operation(EncryptInput, runEncrypt),
  Decrypt: operation(DecryptInput, runDecrypt),
  ReEncrypt: operation(ReEncryptInput, runReEncrypt),
} as const satisfies Record<string, Operation>
