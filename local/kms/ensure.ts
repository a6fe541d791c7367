import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { AliasName, pointAlias } from './alias-operations.ts'
import { createKey } from './create-key.ts'
import { findKeyById } from './key-lookup.ts'
import { KEY_SPECS, KEY_USAGES, type KeySpec } from './key-spec.ts'
import type { Kms } from './kms.ts'
import { oneOf } from './wire.ts'

/** A key as a CloudFormation template describes it. */
export type WantedKey = {
  readonly keyId: string
  readonly keySpec: string
  readonly keyUsage: string
  readonly description?: string
}

/** An alias as a CloudFormation template describes it; the target is a key id or key ARN. */
export type WantedAlias = { readonly aliasName: string; readonly targetKeyId: string }

const WantedKeySchema = v.object({
  keyId: v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/, 'Not a key id')),
  keySpec: oneOf(Object.keys(KEY_SPECS) as KeySpec[]),
  keyUsage: oneOf(KEY_USAGES),
  description: v.optional(v.string(), ''),
})

const WantedAliasSchema = v.object({ aliasName: AliasName, targetKeyId: v.string() })

/**
 * Makes sure there is a key of this id. Throws for a key that cannot be, and for one that is there
 * with another spec or usage: in AWS such a change makes another key, here it would lose one.
 */
export async function ensureKey(kms: Kms, unverifiedKey: WantedKey): Promise<void> {
  const wanted = parse(WantedKeySchema, unverifiedKey, `key ${unverifiedKey.keyId}`)
  const { keyId: id, keySpec: spec, keyUsage: usage, description } = wanted
  kms.store.removeDeletedKeys(kms.now())
  const found = kms.store.key(id)
  const key = found ? ok(found) : await createKey(kms, { id, spec, usage, description })
  if (!key.ok) throw new Error(`key ${id}: ${key.error.message}`)
  if (key.value.spec === spec && key.value.usage === usage) return
  const present = `${key.value.spec} ${key.value.usage}`
  throw new Error(`key ${id} is ${present}, not ${spec} ${usage}: take another id or remove it`)
}

/** Makes an alias or moves it to another key. Throws when there is no such key. */
export function ensureAlias(kms: Kms, unverifiedAlias: WantedAlias): void {
  const what = `alias ${unverifiedAlias.aliasName}`
  const { aliasName, targetKeyId } = parse(WantedAliasSchema, unverifiedAlias, what)
  const target = findKeyById(kms, targetKeyId)
  if (!target.ok) throw new Error(`${what}: ${target.error.message}`)
  pointAlias(kms, aliasName, target.value)
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  throw new Error(`${what}: ${v.summarize(parsed.issues)}`)
}
