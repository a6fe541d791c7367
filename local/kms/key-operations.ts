import { createPublicKey } from 'node:crypto'
import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { createKey } from './create-key.ts'
import { type Answer, refuse } from './errors.ts'
import { checkEnabled, findKey } from './key-lookup.ts'
import { keyMetadata, keyShape } from './key-metadata.ts'
import { KEY_SPECS, KEY_USAGES, type KeySpec } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'
import { pageOf } from './paging.ts'
import { integer, KeyReference, type Operation, oneOf, operation, text } from './wire.ts'

const Spec = oneOf(Object.keys(KEY_SPECS) as KeySpec[])

const CreateKeyInput = v.object({
  KeySpec: v.optional(Spec),
  /** The older name of KeySpec. */
  CustomerMasterKeySpec: v.optional(Spec),
  KeyUsage: v.optional(oneOf(KEY_USAGES)),
  Description: v.optional(text(8192), ''),
  Origin: v.optional(oneOf(['AWS_KMS'])),
})

async function runCreateKey(
  kms: Kms,
  input: v.InferOutput<typeof CreateKeyInput>,
): Promise<Answer<object>> {
  const key = await createKey(kms, {
    spec: input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
    usage: input.KeyUsage,
    description: input.Description,
  })
  return key.ok ? ok({ KeyMetadata: keyMetadata(kms, key.value) }) : key
}

const KeyInput = v.object({ KeyId: KeyReference })
type KeyInput = v.InferOutput<typeof KeyInput>

function describeKey(kms: Kms, input: KeyInput): Answer<object> {
  const key = findKey(kms, input.KeyId)
  return key.ok ? ok({ KeyMetadata: keyMetadata(kms, key.value) }) : key
}

const ListKeysInput = v.object({
  Limit: v.optional(integer(1, 1000), 100),
  Marker: v.optional(text(1024)),
})

function listKeys(kms: Kms, input: v.InferOutput<typeof ListKeysInput>): Answer<object> {
  const range = { limit: input.Limit, marker: input.Marker }
  const page = pageOf(kms.store.keys(), (key) => key.id, range)
  if (!page.ok) return page
  return ok({
    Keys: page.value.items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(kms, key) })),
    NextMarker: page.value.nextMarker,
    Truncated: page.value.nextMarker !== undefined,
  })
}

function getPublicKey(kms: Kms, input: KeyInput): Answer<object> {
  const key = findKey(kms, input.KeyId)
  if (!key.ok) return key
  const active = checkEnabled(kms, key.value)
  if (!active.ok) return active
  if (key.value.material.type === 'secret') {
    const message = `${keyArn(kms, key.value)} is not an asymmetric key and has no public key.`
    return refuse('UnsupportedOperationException', message)
  }
  const publicKey = createPublicKey(key.value.material).export({ type: 'spki', format: 'der' })
  return ok({
    KeyId: keyArn(kms, key.value),
    PublicKey: publicKey.toString('base64'),
    ...keyShape(key.value),
  })
}

/** Making, describing and listing keys. */
export const keyOperations = {
  CreateKey: operation(CreateKeyInput, runCreateKey),
  DescribeKey: operation(KeyInput, describeKey),
  GetPublicKey: operation(KeyInput, getPublicKey),
  ListKeys: operation(ListKeysInput, listKeys),
} as const satisfies Record<string, Operation>
