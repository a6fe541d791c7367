import { sha256 } from '#shared/secrets.ts'
import { issueLoginToken } from '#shared/tokens/login-token.ts'
import type { LoginRecord } from '#shared/tokens/ports.ts'

export const nowMs = 1_772_619_330_500

const issued = issueLoginToken(sha256('a sign-in'))

export const token = issued.token

/** What the token stands for: redeemable for twenty seconds from now on. */
export const record: LoginRecord = {
  handle: sha256('a sign-in'),
  secretHash: issued.secretHash,
  redeemableUntilMs: nowMs + 20_000,
  isUsed: false,
  product: 'meetings',
  orgId: 'org_1',
  userId: 'usr_1',
  email: 'ada@example.com',
  idpId: 'idp_1',
  authnInstant: 1_772_619_300,
  sid: 'a-session',
  subjectKey: 'a-subject',
  signedInAtMs: nowMs - 1000,
  assertedAt: 1_772_619_325,
}
