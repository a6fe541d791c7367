import type { ScimTokenId } from '../../ids.ts'
import { newSecret, sha256 } from '../../secrets.ts'

const TOKEN = /^(sct_[0-9a-f]{32})_([\w-]{43})$/

/** Makes the text of a token. It is shown once: nothing can show it again. */
export function issueScimToken(id: ScimTokenId): { text: string; secretHash: string } {
  const secret = newSecret()
  return { text: `${id}_${secret}`, secretHash: sha256(secret) }
}

/** Undefined if it cannot be a token of ours. */
export function readScimToken(text: string): { id: ScimTokenId; secretHash: string } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id && secret ? { id: id as ScimTokenId, secretHash: sha256(secret) } : undefined
}
