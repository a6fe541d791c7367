import type { SsoTokenId } from '../ids.ts'
import { newSecret, sha256 } from '../secrets.ts'

const TOKEN = /^(sso_[0-9a-f]{48})_([\w-]{43})$/

/** Makes the text of an SSO token. It is shown once: nothing can show it again. */
export function issueSsoToken(id: SsoTokenId): { text: string; secretHash: string } {
  const secret = newSecret()
  return { text: `${id}_${secret}`, secretHash: sha256(secret) }
}

/** Undefined if it cannot be an SSO token of ours. */
export function readSsoToken(text: string): { id: SsoTokenId; secretHash: string } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id && secret ? { id: id as SsoTokenId, secretHash: sha256(secret) } : undefined
}
