import { createPublicKey } from 'node:crypto'
import type { SessionKey } from '../admin/session-jwt.ts'
import { keyIdOf } from '../tokens/jwks.ts'

/**
 * The key that signs the sessions of administrators. It is fetched when the first session comes, so
 * that callers with API keys do not wait for it, and kept; the client of KMS is loaded then, too.
 */
export function kmsSessionKey(keyArn: string): () => Promise<SessionKey> {
  let fetched: Promise<SessionKey> | undefined
  return () => {
    fetched ??= fetchKey(keyArn).catch((error: unknown) => {
      fetched = undefined // the next one tries again
      throw error
    })
    return fetched
  }
}

async function fetchKey(keyArn: string): Promise<SessionKey> {
  const { kmsPublicKey } = await import('./kms-jwt-signer.ts')
  const key = Buffer.from(await kmsPublicKey(keyArn))
  return { kid: keyIdOf(keyArn), publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) }
}
