import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { KmsKey } from './key.ts'
import { keyFor } from './key-lookup.ts'
import { SIGNING_ALGORITHMS } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'
import {
  canSignDigest,
  digestBytes,
  isDigestSignature,
  isMessageSignature,
  signDigest,
  signMessage,
} from './signing.ts'
import { bytes, KeyReference, type Operation, oneOf, operation } from './wire.ts'

const SignInput = v.object({
  KeyId: KeyReference,
  Message: bytes(1, 4096),
  MessageType: v.optional(oneOf(['RAW', 'DIGEST']), 'RAW'),
  SigningAlgorithm: oneOf(SIGNING_ALGORITHMS),
})
type SignInput = v.InferOutput<typeof SignInput>

function runSign(kms: Kms, input: SignInput): Answer<object> {
  const key = signingKey(kms, input, 'Sign')
  if (!key.ok) return key
  const sign = input.MessageType === 'DIGEST' ? signDigest : signMessage
  const signature = sign(key.value.material, input.SigningAlgorithm, input.Message)
  return ok({
    KeyId: keyArn(kms, key.value),
    Signature: signature.toString('base64'),
    SigningAlgorithm: input.SigningAlgorithm,
  })
}

const VerifyInput = v.object({ ...SignInput.entries, Signature: bytes(1, 6144) })

function runVerify(kms: Kms, input: v.InferOutput<typeof VerifyInput>): Answer<object> {
  const key = signingKey(kms, input, 'Verify')
  if (!key.ok) return key
  const isSignature = input.MessageType === 'DIGEST' ? isDigestSignature : isMessageSignature
  const claim = { message: input.Message, signature: input.Signature }
  if (!isSignature(key.value.material, input.SigningAlgorithm, claim)) {
    return refuse('KMSInvalidSignatureException')
  }
  return ok({
    KeyId: keyArn(kms, key.value),
    SignatureValid: true,
    SigningAlgorithm: input.SigningAlgorithm,
  })
}

/** Signatures with RSA and elliptic-curve keys. */
export const signOperations = {
  Sign: operation(SignInput, runSign),
  Verify: operation(VerifyInput, runVerify),
} as const satisfies Record<string, Operation>

/** The key of a request whose message that key can sign. */
function signingKey(kms: Kms, input: SignInput, operation: 'Sign' | 'Verify'): Answer<KmsKey> {
  const algorithm = input.SigningAlgorithm
  const key = keyFor(kms, input.KeyId, { operation, algorithm })
  if (!key.ok || input.MessageType === 'RAW') return key
  if (input.Message.length !== digestBytes(algorithm)) {
    return refuse('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`)
  }
  if (canSignDigest(algorithm)) return key
  const message = `The local KMS cannot use a digest with ${algorithm}: send MessageType RAW.`
  return refuse('ValidationException', message)
}
