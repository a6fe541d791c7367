import { ok } from '#shared/result.ts'
import { type Answer, refuse } from './errors.ts'
import { type KmsKey, keyState } from './key.ts'
import { type Algorithm, algorithmsOf, type KeyUsage } from './key-spec.ts'
import { arnOf, type Kms, keyArn } from './kms.ts'

/** The usage a key must have for an operation that uses its material. */
const REQUIRED_USAGE = {
  Encrypt: 'ENCRYPT_DECRYPT',
  Decrypt: 'ENCRYPT_DECRYPT',
  ReEncrypt: 'ENCRYPT_DECRYPT',
  GenerateDataKey: 'ENCRYPT_DECRYPT',
  GenerateDataKeyWithoutPlaintext: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPair: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPairWithoutPlaintext: 'ENCRYPT_DECRYPT',
  Sign: 'SIGN_VERIFY',
  Verify: 'SIGN_VERIFY',
  GenerateMac: 'GENERATE_VERIFY_MAC',
  VerifyMac: 'GENERATE_VERIFY_MAC',
} as const satisfies Record<string, KeyUsage>

/** An operation that uses key material, as named in its refusals. */
export type CryptographicOperation = keyof typeof REQUIRED_USAGE

type Use = { readonly operation: CryptographicOperation; readonly algorithm: Algorithm }

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Finds a key by id, key ARN, alias name or alias ARN. */
export function findKey(kms: Kms, reference: string): Answer<KmsKey> {
  const resource = localResource(kms, reference)
  if (!resource.ok) return resource
  if (!resource.value.startsWith('alias/')) return findKeyById(kms, reference)
  const alias = kms.store.alias(resource.value)
  if (!alias) {
    return refuse('NotFoundException', `Alias ${arnOf(kms, resource.value)} is not found.`)
  }
  return findKeyById(kms, alias.targetKeyId)
}

/** Finds a key by id or key ARN: operations that manage a key do not take its aliases. */
export function findKeyById(kms: Kms, reference: string): Answer<KmsKey> {
  const resource = localResource(kms, reference)
  if (!resource.ok) return resource
  const id = resource.value.replace(/^key\//, '')
  const key = kms.store.key(id)
  if (key) return ok(key)
  if (!UUID.test(id)) return refuse('NotFoundException', `Invalid keyId '${id}'`)
  return refuse('NotFoundException', `Key '${keyArn(kms, { id })}' does not exist`)
}

/**
 * Finds the key of a cryptographic operation and checks that its state, usage and spec allow it.
 * Source: AWS KMS Developer Guide, "Key states of AWS KMS keys"; the messages are those of AWS.
 */
export function keyFor(kms: Kms, reference: string, use: Use): Answer<KmsKey> {
  const key = findKey(kms, reference)
  return key.ok ? checkUse(kms, key.value, use) : key
}

/** The checks of keyFor, for a key that is already found. */
export function checkUse(kms: Kms, key: KmsKey, { operation, algorithm }: Use): Answer<KmsKey> {
  const active = checkEnabled(kms, key)
  if (!active.ok) return active
  if (key.usage !== REQUIRED_USAGE[operation]) {
    const message = `${keyArn(kms, key)} key usage is ${key.usage} which is not valid for ${operation}.`
    return refuse('InvalidKeyUsageException', message)
  }
  if (!algorithmsOf(key.spec, key.usage).includes(algorithm)) {
    const message = `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`
    return refuse('InvalidKeyUsageException', message)
  }
  return ok(key)
}

/** Refuses a key that is disabled or pending deletion. */
export function checkEnabled(kms: Kms, key: KmsKey): Answer<KmsKey> {
  if (keyState(key) === 'Disabled') {
    return refuse('DisabledException', `${keyArn(kms, key)} is disabled.`)
  }
  return checkNotPendingDeletion(kms, key)
}

/** Refuses a key that is pending deletion. */
export function checkNotPendingDeletion(kms: Kms, key: KmsKey): Answer<KmsKey> {
  if (keyState(key) !== 'PendingDeletion') return ok(key)
  return refuse('KMSInvalidStateException', `${keyArn(kms, key)} is pending deletion.`)
}

/** `key/<id>` or `alias/<name>` of an ARN; anything that is not an ARN as it stands. */
function localResource(kms: Kms, reference: string): Answer<string> {
  if (!reference.startsWith('arn:')) return ok(reference)
  const prefix = arnOf(kms, '')
  if (reference.startsWith(prefix)) return ok(reference.slice(prefix.length))
  return refuse('NotFoundException', `Invalid arn ${reference}`)
}
