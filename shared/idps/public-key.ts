import { createPublicKey, type KeyObject } from 'node:crypto'

const keys = new Map<string, KeyObject>()
const MAX_KEYS = 500

/** The key of a SubjectPublicKeyInfo; decoded once, as decoding costs as much as verifying. */
export function publicKeyOf(spki: string): KeyObject {
  const known = keys.get(spki)
  if (known) return known
  const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' })
  if (keys.size >= MAX_KEYS) keys.clear()
  keys.set(spki, key)
  return key
}
