import { createPublicKey, randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import { type CryptographicOperation, keyFor } from './key-lookup.ts'
import { generateMaterial } from './key-material.ts'
import { KEY_PAIR_SPECS } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'
import { seal } from './sealed-blob.ts'
import {
  EncryptionContext,
  integer,
  KeyReference,
  type Operation,
  oneOf,
  operation,
} from './wire.ts'

const DATA_KEY_BYTES = { AES_128: 16, AES_256: 32 } as const

const DataKeyInput = v.object({
  KeyId: KeyReference,
  KeySpec: v.optional(oneOf(['AES_128', 'AES_256'])),
  NumberOfBytes: v.optional(integer(1, 1024)),
  EncryptionContext,
})
type DataKeyInput = v.InferOutput<typeof DataKeyInput>

/** Like KMS, both forms differ only in whether the plain key is answered. */
const generateDataKey =
  (operation: 'GenerateDataKey' | 'GenerateDataKeyWithoutPlaintext') =>
  (kms: Kms, input: DataKeyInput): Answer<object> => {
    const length = dataKeyBytes(input)
    if (!length.ok) return length
    const key = wrappingKey(kms, input.KeyId, operation)
    if (!key.ok) return key
    const plaintext = randomBytes(length.value)
    const ciphertext = seal(key.value, plaintext, input.EncryptionContext)
    return ok({
      KeyId: keyArn(kms, key.value),
      CiphertextBlob: ciphertext.toString('base64'),
      Plaintext: operation === 'GenerateDataKey' ? plaintext.toString('base64') : undefined,
    })
  }

const KeyPairInput = v.object({
  KeyId: KeyReference,
  KeyPairSpec: oneOf(KEY_PAIR_SPECS),
  EncryptionContext,
})
type KeyPairInput = v.InferOutput<typeof KeyPairInput>

const generateDataKeyPair =
  (operation: 'GenerateDataKeyPair' | 'GenerateDataKeyPairWithoutPlaintext') =>
  async (kms: Kms, input: KeyPairInput): Promise<Answer<object>> => {
    const key = wrappingKey(kms, input.KeyId, operation)
    if (!key.ok) return key
    const pair = await generateMaterial(input.KeyPairSpec)
    const publicKey = createPublicKey(pair).export({ type: 'spki', format: 'der' })
    const plaintext = pair.export({ type: 'pkcs8', format: 'der' })
    const ciphertext = seal(key.value, plaintext, input.EncryptionContext)
    return ok({
      KeyId: keyArn(kms, key.value),
      KeyPairSpec: input.KeyPairSpec,
      PublicKey: publicKey.toString('base64'),
      PrivateKeyCiphertextBlob: ciphertext.toString('base64'),
      PrivateKeyPlaintext:
        operation === 'GenerateDataKeyPair' ? plaintext.toString('base64') : undefined,
    })
  }

const RandomInput = v.object({ NumberOfBytes: integer(1, 1024) })

const generateRandom = (_: Kms, input: v.InferOutput<typeof RandomInput>) =>
  ok({ Plaintext: randomBytes(input.NumberOfBytes).toString('base64') })

/** Data keys and key pairs for use outside KMS, wrapped by a symmetric key; random bytes. */
export const dataKeyOperations = {
  GenerateDataKey: operation(DataKeyInput, generateDataKey('GenerateDataKey')),
  GenerateDataKeyWithoutPlaintext: operation(
    DataKeyInput,
    generateDataKey('GenerateDataKeyWithoutPlaintext'),
  ),
  GenerateDataKeyPair: operation(KeyPairInput, generateDataKeyPair('GenerateDataKeyPair')),
  GenerateDataKeyPairWithoutPlaintext: operation(
    KeyPairInput,
    generateDataKeyPair('GenerateDataKeyPairWithoutPlaintext'),
  ),
  GenerateRandom: operation(RandomInput, generateRandom),
} as const satisfies Record<string, Operation>

const wrappingKey = (kms: Kms, reference: string, operation: CryptographicOperation) =>
  keyFor(kms, reference, { operation, algorithm: 'SYMMETRIC_DEFAULT' })

/** Source: AWS KMS API Reference, GenerateDataKey: one of the two members, never both. */
function dataKeyBytes({ KeySpec, NumberOfBytes }: DataKeyInput): Answer<number> {
  if (KeySpec !== undefined && NumberOfBytes === undefined) return ok(DATA_KEY_BYTES[KeySpec])
  if (KeySpec === undefined && NumberOfBytes !== undefined) return ok(NumberOfBytes)
  return refuse('ValidationException', 'Please specify either number of bytes or key spec.')
}
