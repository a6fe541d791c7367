import type { KeyObject } from 'node:crypto'
import type { KeySpec, KeyUsage } from './key-spec.ts'

/** A KMS key with its material. Times are epoch seconds. */
export type KmsKey = {
  readonly id: string
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly description: string
  readonly createdAt: number
  readonly isEnabled: boolean
  /** Set while the key is pending deletion: from then on it no longer exists. */
  readonly deletionAt: number | undefined
  /** Set while rotation is on. Recorded and reported, never carried out. */
  readonly rotationPeriodDays: number | undefined
  readonly material: KeyObject
}

/** A name for a key; `name` starts with `alias/`. Times are epoch seconds. */
export type KmsAlias = {
  readonly name: string
  readonly targetKeyId: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** The key state. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export function keyState(key: KmsKey): 'Enabled' | 'Disabled' | 'PendingDeletion' {
  if (key.deletionAt !== undefined) return 'PendingDeletion'
  return key.isEnabled ? 'Enabled' : 'Disabled'
}
