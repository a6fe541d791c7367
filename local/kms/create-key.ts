import { randomUUID } from 'node:crypto'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { KmsKey } from './key.ts'
import { generateMaterial } from './key-material.ts'
import { algorithmsOf, type KeySpec, type KeyUsage } from './key-spec.ts'
import type { Kms } from './kms.ts'

type NewKey = {
  readonly id?: string
  readonly spec: KeySpec
  readonly usage: KeyUsage | undefined
  readonly description: string
}

/**
 * Makes a key with fresh material and stores it. If a key of the wanted id has come into being
 * meanwhile, that one is kept and answered.
 */
export async function createKey(kms: Kms, wanted: NewKey): Promise<Answer<KmsKey>> {
  const usage = usageOf(wanted)
  if (!usage.ok) return usage
  const id = wanted.id ?? randomUUID()
  const material = await generateMaterial(wanted.spec)
  const existing = kms.store.key(id)
  if (existing) return ok(existing)
  const key: KmsKey = {
    id,
    spec: wanted.spec,
    usage: usage.value,
    description: wanted.description,
    createdAt: kms.now(),
    isEnabled: true,
    deletionAt: undefined,
    rotationPeriodDays: undefined,
    material,
  }
  kms.store.putKey(key)
  return ok(key)
}

/** Source: AWS KMS API Reference, CreateKey, KeyUsage: only a symmetric key has a default. */
function usageOf({ spec, usage }: NewKey): Answer<KeyUsage> {
  if (usage === undefined && spec === 'SYMMETRIC_DEFAULT') return ok('ENCRYPT_DECRYPT')
  if (usage === undefined) {
    return refuse(
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  if (algorithmsOf(spec, usage).length > 0) return ok(usage)
  return refuse('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}`)
}
