import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'
import type { KmsAlias, KmsKey } from './key.ts'
import { exportMaterial, importMaterial } from './key-material.ts'
import { KEY_SPECS, KEY_USAGES, type KeySpec } from './key-spec.ts'

/** All that outlives a restart. */
export type KeyFileContent = {
  readonly keys: readonly KmsKey[]
  readonly aliases: readonly KmsAlias[]
}

const StoredKey = v.object({
  id: v.string(),
  spec: v.picklist(Object.keys(KEY_SPECS) as KeySpec[]),
  usage: v.picklist(KEY_USAGES),
  description: v.string(),
  createdAt: v.number(),
  isEnabled: v.boolean(),
  deletionAt: v.optional(v.number()),
  rotationPeriodDays: v.optional(v.number()),
  material: v.string(),
})

const StoredAlias = v.object({
  name: v.string(),
  targetKeyId: v.string(),
  createdAt: v.number(),
  updatedAt: v.number(),
})

const StoredContent = v.object({ keys: v.array(StoredKey), aliases: v.array(StoredAlias) })

/** Reads a key file; one that does not exist yet is empty. Throws when it cannot be understood. */
export function readKeyFile(file: string): KeyFileContent {
  const text = readIfPresent(file)
  if (text === undefined) return { keys: [], aliases: [] }
  try {
    const { keys, aliases } = v.parse(StoredContent, JSON.parse(text))
    return { keys: keys.map(restoreKey), aliases }
  } catch (cause) {
    throw new Error(`${file} is not a key file of the local KMS`, { cause })
  }
}

/**
 * Replaces a key file in one step: a crash leaves the old keys or the new ones, never half a file.
 * Only its owner can read it (mode 0600).
 */
export function writeKeyFile(file: string, { keys, aliases }: KeyFileContent): void {
  const stored = keys.map((key) => ({ ...key, material: exportMaterial(key.material) }))
  const draft = `${file}.${process.pid}.tmp`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(draft, JSON.stringify({ keys: stored, aliases }), { mode: 0o600, flush: true })
  renameSync(draft, file)
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const restoreKey = (stored: v.InferOutput<typeof StoredKey>): KmsKey => ({
  ...stored,
  deletionAt: stored.deletionAt,
  rotationPeriodDays: stored.rotationPeriodDays,
  material: importMaterial(stored.spec, stored.material),
})
