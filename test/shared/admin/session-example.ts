import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Administrator } from '#shared/admin/administrator.ts'
import {
  beginSession,
  csrfTokenOf,
  type SessionClaims,
  sessionClaims,
} from '#shared/admin/session.ts'
import type { SessionKey } from '#shared/admin/session-jwt.ts'

export const nowMs = 1_900_000_000_500
export const now = 1_900_000_000
export const publicUrl = 'https://signin.vendor.example'
export const orgId = 'org_00000000000000000000000000000001'
export const userId = 'usr_00000000000000000000000000000002'

export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const sessionKey: SessionKey = {
  kid: 'kid-1',
  publicKey: createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' })),
}

const begun = beginSession({ orgId, userId, kind: 'normal', nowMs })
export const csrfToken = csrfTokenOf(begun.secret)
export const claims = sessionClaims(begun.session, {
  secret: begun.secret,
  issuer: publicUrl,
  nowMs,
})

export const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

export const header = { alg: 'RS256', typ: 'admin+jwt', kid: 'kid-1' }

/** A JWT signed by RS256, with any header and payload. */
export function signJwt(
  payload: unknown = claims,
  head: unknown = header,
  key: KeyObject = pair.privateKey,
) {
  const input = `${encode(head)}.${encode(payload)}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** One whose MAC is made with what anybody can know. */
export function macJwt(secret: string, head: unknown) {
  const input = `${encode(head)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export const ada: Administrator = {
  orgId,
  userId,
  email: 'ada@acme.example',
  state: 'active',
  role: 'admin',
}

export const emergency: SessionClaims = { ...claims, kind: 'emergency', until: now + 200 }
