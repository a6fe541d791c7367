import * as v from 'valibot'
import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import type { KmsAlias, KmsKey } from './key.ts'
import { checkNotPendingDeletion, findKeyById } from './key-lookup.ts'
import { arnOf, type Kms } from './kms.ts'
import { pageOf } from './paging.ts'
import { integer, KeyReference, type Operation, operation, text } from './wire.ts'

/** Name of an alias. Source: AWS KMS API Reference, CreateAlias. */
export const AliasName = v.pipe(
  text(256),
  v.regex(
    /^alias\/[\w/-]+$/,
    'Member must satisfy regular expression pattern: ^alias/[a-zA-Z0-9/_-]+$',
  ),
)

const AliasInput = v.object({ AliasName, TargetKeyId: KeyReference })
type AliasInput = v.InferOutput<typeof AliasInput>

function createAlias(kms: Kms, input: AliasInput): Answer<object> {
  if (input.AliasName.startsWith('alias/aws/')) return refuse('InvalidAliasNameException')
  const target = findTarget(kms, input.TargetKeyId)
  if (!target.ok) return target
  if (kms.store.alias(input.AliasName)) {
    const message = `An alias with the name ${arnOf(kms, input.AliasName)} already exists`
    return refuse('AlreadyExistsException', message)
  }
  pointAlias(kms, input.AliasName, target.value)
  return ok({})
}

function updateAlias(kms: Kms, input: AliasInput): Answer<object> {
  const current = findAlias(kms, input.AliasName)
  if (!current.ok) return current
  const target = findTarget(kms, input.TargetKeyId)
  if (!target.ok) return target
  const previous = kms.store.key(current.value.targetKeyId)
  if (previous && !areAlike(previous, target.value)) {
    const message = 'The current and new KMS key must be the same type and have the same key usage.'
    return refuse('ValidationException', message)
  }
  pointAlias(kms, input.AliasName, target.value)
  return ok({})
}

function deleteAlias(kms: Kms, input: { readonly AliasName: string }): Answer<object> {
  const alias = findAlias(kms, input.AliasName)
  if (!alias.ok) return alias
  kms.store.removeAlias(alias.value.name)
  return ok({})
}

const ListAliasesInput = v.object({
  KeyId: v.optional(KeyReference),
  Limit: v.optional(integer(1, 100), 50),
  Marker: v.optional(text(1024)),
})

function listAliases(kms: Kms, input: v.InferOutput<typeof ListAliasesInput>): Answer<object> {
  const wanted = aliasesOf(kms, input.KeyId)
  if (!wanted.ok) return wanted
  const range = { limit: input.Limit, marker: input.Marker }
  const page = pageOf(wanted.value, (alias) => alias.name, range)
  if (!page.ok) return page
  return ok({
    Aliases: page.value.items.map((alias) => aliasEntry(kms, alias)),
    NextMarker: page.value.nextMarker,
    Truncated: page.value.nextMarker !== undefined,
  })
}

/** Points an alias at a key, making the alias if there is none of that name. */
export function pointAlias(kms: Kms, name: string, target: KmsKey): void {
  const now = kms.now()
  const createdAt = kms.store.alias(name)?.createdAt ?? now
  kms.store.putAlias({ name, targetKeyId: target.id, createdAt, updatedAt: now })
}

/** Creating, moving, deleting and listing aliases. */
export const aliasOperations = {
  CreateAlias: operation(AliasInput, createAlias),
  UpdateAlias: operation(AliasInput, updateAlias),
  DeleteAlias: operation(v.object({ AliasName }), deleteAlias),
  ListAliases: operation(ListAliasesInput, listAliases),
} as const satisfies Record<string, Operation>

function findTarget(kms: Kms, reference: string): Answer<KmsKey> {
  const key = findKeyById(kms, reference)
  return key.ok ? checkNotPendingDeletion(kms, key.value) : key
}

function findAlias(kms: Kms, name: string): Answer<KmsAlias> {
  const alias = kms.store.alias(name)
  return alias ? ok(alias) : refuse('NotFoundException', `Alias ${arnOf(kms, name)} is not found.`)
}

function aliasesOf(kms: Kms, reference: string | undefined): Answer<readonly KmsAlias[]> {
  if (reference === undefined) return ok(kms.store.aliases())
  const key = findKeyById(kms, reference)
  if (!key.ok) return key
  return ok(kms.store.aliases().filter((alias) => alias.targetKeyId === key.value.id))
}

/** Both symmetric, both asymmetric or both HMAC, for the same usage: API Reference, UpdateAlias. */
const areAlike = (one: KmsKey, other: KmsKey) =>
  one.usage === other.usage && one.material.type === other.material.type

const aliasEntry = (kms: Kms, alias: KmsAlias) => ({
  AliasName: alias.name,
  AliasArn: arnOf(kms, alias.name),
  TargetKeyId: alias.targetKeyId,
  CreationDate: alias.createdAt,
  LastUpdatedDate: alias.updatedAt,
})
