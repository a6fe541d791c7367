import type { ApiKeyId, OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, newSecret, sha256 } from '../secrets.ts'
import type { Role } from './caller.ts'

/** What a key may do; the roles of people are more: see caller.ts. */
export type KeyRole = Exclude<Role, 'emergency'>

/** A key of the administration API; only the hash of its secret is stored. */
export type ApiKey = {
  id: ApiKeyId
  orgId: OrgId
  role: KeyRole
  secretHash: string
  /** What its creator calls it. */
  label: string
  /** Epoch seconds. */
  createdAt: number
  /** Epoch seconds; absent: it does not expire. */
  expiresAt?: number
}

export type ApiKeyStore = { find(id: ApiKeyId): Promise<ApiKey | undefined> }

/** Why a key is refused. Callers learn none of it. */
export type ApiKeyError = 'key_missing' | 'key_unknown' | 'key_wrong' | 'key_expired'

const KEY = /^(key_[0-9a-f]{32})_([\w-]{43})$/

/** Makes the secret text of a key. It is shown once: nothing can show it again. */
export function issueApiKey(id: ApiKeyId): { apiKey: string; secretHash: string } {
  const secret = newSecret()
  return { apiKey: `${id}_${secret}`, secretHash: sha256(secret) }
}

/** Undefined if it cannot be a key of ours. */
export function readApiKey(text: string): Pick<ApiKey, 'id' | 'secretHash'> | undefined {
  const [, id, secret] = KEY.exec(text) ?? []
  return id && secret ? { id: id as ApiKeyId, secretHash: sha256(secret) } : undefined
}

/**
 * Finds whose key was presented.
 *
 * @param presented what came after `Bearer`
 * @param now epoch seconds
 */
export async function authenticate(
  keys: ApiKeyStore,
  presented: string | undefined,
  now: number,
): Promise<Result<ApiKey, ApiKeyError>> {
  const read = readApiKey(presented ?? '')
  if (!read) return fail('key_missing')
  const key = await keys.find(read.id)
  if (!key) return fail('key_unknown')
  if (!isSameHash(read.secretHash, key.secretHash)) return fail('key_wrong')
  const isExpired = key.expiresAt !== undefined && key.expiresAt <= now
  return isExpired ? fail('key_expired') : ok(key)
}
