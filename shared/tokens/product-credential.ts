import type { CredentialId } from '../ids.ts'
import { newSecret, sha256 } from '../secrets.ts'

const CREDENTIAL = /^(cred_[0-9a-f]{32})_([\w-]{43})$/

/** What a product sends to prove itself, `cred_<id>_<secret>`; only the hash is stored. */
export type PresentedCredential = { id: CredentialId; secretHash: string }

/** Makes a credential. The secret is shown once: nothing can show it again. */
export function issueCredential(id: CredentialId): { credential: string; secretHash: string } {
  const secret = newSecret()
  return { credential: `${id}_${secret}`, secretHash: sha256(secret) }
}

/** Undefined if it cannot be a credential of ours. */
export function readCredential(credential: string): PresentedCredential | undefined {
  const [, id, secret] = CREDENTIAL.exec(credential) ?? []
  return id && secret ? { id: id as CredentialId, secretHash: sha256(secret) } : undefined
}
