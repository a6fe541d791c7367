import { createHmac, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { KmsKey } from './key.ts'
import { keyFor } from './key-lookup.ts'
import { MAC_ALGORITHMS, type MacAlgorithm } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'
import { bytes, KeyReference, type Operation, oneOf, operation } from './wire.ts'

const HASH = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
} as const satisfies Record<MacAlgorithm, string>

const GenerateInput = v.object({
  KeyId: KeyReference,
  Message: bytes(1, 4096),
  MacAlgorithm: oneOf(MAC_ALGORITHMS),
})
type GenerateInput = v.InferOutput<typeof GenerateInput>

function generateMac(kms: Kms, input: GenerateInput): Answer<object> {
  const algorithm = input.MacAlgorithm
  const key = keyFor(kms, input.KeyId, { operation: 'GenerateMac', algorithm })
  if (!key.ok) return key
  return ok({
    KeyId: keyArn(kms, key.value),
    Mac: macOf(key.value, input).toString('base64'),
    MacAlgorithm: algorithm,
  })
}

const VerifyInput = v.object({ ...GenerateInput.entries, Mac: bytes(1, 6144) })

function verifyMac(kms: Kms, input: v.InferOutput<typeof VerifyInput>): Answer<object> {
  const algorithm = input.MacAlgorithm
  const key = keyFor(kms, input.KeyId, { operation: 'VerifyMac', algorithm })
  if (!key.ok) return key
  const mac = macOf(key.value, input)
  if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) {
    return refuse('KMSInvalidMacException')
  }
  return ok({ KeyId: keyArn(kms, key.value), MacValid: true, MacAlgorithm: algorithm })
}

/** Message authentication codes with HMAC keys. */
export const macOperations = {
  GenerateMac: operation(GenerateInput, generateMac),
  VerifyMac: operation(VerifyInput, verifyMac),
} as const satisfies Record<string, Operation>

const macOf = (key: KmsKey, { MacAlgorithm, Message }: GenerateInput) =>
  createHmac(HASH[MacAlgorithm], key.material).update(Message).digest()
