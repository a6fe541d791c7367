import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import { type KmsKey, keyState } from './key.ts'
import { checkEnabled, checkNotPendingDeletion, findKeyById } from './key-lookup.ts'
import { type Kms, keyArn } from './kms.ts'
import { integer, KeyReference, type Operation, operation } from './wire.ts'

const DAY_SECONDS = 86_400

const KeyInput = v.object({ KeyId: KeyReference })
type KeyInput = v.InferOutput<typeof KeyInput>

const setEnabled = (isEnabled: boolean) => (kms: Kms, input: KeyInput) => {
  const key = findLivingKey(kms, input.KeyId)
  if (!key.ok) return key
  kms.store.putKey({ ...key.value, isEnabled })
  return ok({})
}

const ScheduleInput = v.object({
  KeyId: KeyReference,
  PendingWindowInDays: v.optional(integer(7, 30), 30),
})

function scheduleDeletion(kms: Kms, input: v.InferOutput<typeof ScheduleInput>): Answer<object> {
  const key = findLivingKey(kms, input.KeyId)
  if (!key.ok) return key
  const deletionAt = kms.now() + input.PendingWindowInDays * DAY_SECONDS
  const doomed = { ...key.value, deletionAt }
  kms.store.putKey(doomed)
  return ok({
    KeyId: keyArn(kms, doomed),
    KeyState: keyState(doomed),
    DeletionDate: deletionAt,
    PendingWindowInDays: input.PendingWindowInDays,
  })
}

/** The key comes back disabled. Source: AWS KMS API Reference, CancelKeyDeletion. */
function cancelDeletion(kms: Kms, input: KeyInput): Answer<object> {
  const key = findKeyById(kms, input.KeyId)
  if (!key.ok) return key
  const arn = keyArn(kms, key.value)
  if (keyState(key.value) !== 'PendingDeletion') {
    return refuse('KMSInvalidStateException', `${arn} is not pending deletion.`)
  }
  kms.store.putKey({ ...key.value, isEnabled: false, deletionAt: undefined })
  return ok({ KeyId: arn })
}

const RotationInput = v.object({
  KeyId: KeyReference,
  RotationPeriodInDays: v.optional(integer(90, 2560), 365),
})

function enableRotation(kms: Kms, input: v.InferOutput<typeof RotationInput>): Answer<object> {
  const key = findKeyById(kms, input.KeyId)
  if (!key.ok) return key
  const active = checkEnabled(kms, key.value)
  if (!active.ok) return active
  if (key.value.spec !== 'SYMMETRIC_DEFAULT') {
    const message = `${keyArn(kms, key.value)} is not a symmetric encryption key and cannot rotate.`
    return refuse('UnsupportedOperationException', message)
  }
  kms.store.putKey({ ...key.value, rotationPeriodDays: input.RotationPeriodInDays })
  return ok({})
}

/** False while deletion is pending. Source: AWS KMS API Reference, GetKeyRotationStatus. */
function rotationStatus(kms: Kms, input: KeyInput): Answer<object> {
  const key = findKeyById(kms, input.KeyId)
  if (!key.ok) return key
  const isPending = keyState(key.value) === 'PendingDeletion'
  const period = isPending ? undefined : key.value.rotationPeriodDays
  return ok({
    KeyId: keyArn(kms, key.value),
    KeyRotationEnabled: period !== undefined,
    RotationPeriodInDays: period,
  })
}

function findLivingKey(kms: Kms, reference: string): Answer<KmsKey> {
  const key = findKeyById(kms, reference)
  return key.ok ? checkNotPendingDeletion(kms, key.value) : key
}

/** Enabling, disabling, deleting and rotating keys. */
export const keyLifeOperations = {
  EnableKey: operation(KeyInput, setEnabled(true)),
  DisableKey: operation(KeyInput, setEnabled(false)),
  ScheduleKeyDeletion: operation(ScheduleInput, scheduleDeletion),
  CancelKeyDeletion: operation(KeyInput, cancelDeletion),
  EnableKeyRotation: operation(RotationInput, enableRotation),
  GetKeyRotationStatus: operation(KeyInput, rotationStatus),
} as const satisfies Record<string, Operation>
