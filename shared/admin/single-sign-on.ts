import { newJwtId } from '../ids.ts'
import { ORGANIZATION_CENTER } from '../products/organization-center.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, newSecret, sha256 } from '../secrets.ts'
import { isSignedOut } from '../sign-out/signed-out.ts'
import { readLoginToken } from '../tokens/login-token.ts'
import type { LoginRecord, RedeemStore } from '../tokens/ports.ts'
import { type AdministratorError, roleOf } from './administrator.ts'
import { type AdminSession, beginSession } from './session.ts'
import type { SessionStore } from './session-ports.ts'

/** Binds a sign-in to the browser that started it: the cookie has the nonce, the request its hash. */
export function newBrowserNonce(): { nonce: string; target: string } {
  const nonce = newSecret()
  return { nonce, target: targetOf(nonce) }
}

const targetOf = (nonce: string) => `/${sha256(nonce)}`

export type ReturnError =
  | 'token_malformed'
  | 'token_unknown'
  | 'token_of_another_product'
  | 'token_expired'
  | 'token_used'
  /** Started in another browser, or by the provider. */
  | 'browser_unknown'
  | AdministratorError
  | 'signed_out'

/** Login tokens, as we use up our own. */
export type LoginReturns = Pick<RedeemStore, 'consume'> & {
  findRecord(handle: string): Promise<LoginRecord | undefined>
}

type Ports = {
  logins: LoginReturns
  sessions: SessionStore
}

type Returning = { token: string | undefined; nonce: string | undefined; nowMs: number }

/**
 * Ends a sign-in of an administrator: the login token that the provider's response became is used
 * up here, once, and only for the browser that asked for it.
 */
export async function completeReturn(
  ports: Ports,
  { token, nonce, nowMs }: Returning,
): Promise<Result<{ session: AdminSession; secret: string }, ReturnError>> {
  const presented = readLoginToken(token ?? '')
  if (!presented) return fail('token_malformed')
  const found = await ports.logins.findRecord(presented.handle)
  const record = judge(found, presented.secretHash, nowMs)
  if (!record.ok) return record
  if (!isSameHash(record.value.target ?? '', targetOf(nonce ?? ''))) return fail('browser_unknown')
  return begin(ports, record.value, nowMs)
}

function judge(
  record: LoginRecord | undefined,
  secretHash: string,
  nowMs: number,
): Result<LoginRecord, ReturnError> {
  if (!record || !isSameHash(record.secretHash, secretHash)) return fail('token_unknown')
  if (record.product !== ORGANIZATION_CENTER) return fail('token_of_another_product')
  if (nowMs >= record.redeemableUntilMs) return fail('token_expired')
  return record.isUsed ? fail('token_used') : ok(record)
}

async function begin(
  { logins, sessions }: Ports,
  record: LoginRecord,
  nowMs: number,
): Promise<Result<{ session: AdminSession; secret: string }, ReturnError>> {
  const { handle, secretHash, product, orgId, userId } = record
  const { subjectKey, sid, signedInAtMs, assertedAt } = record
  const login = { subjectKey, sid, signedInAtMs, assertedAt }
  const begun = beginSession({ orgId, userId, kind: 'normal', nowMs, login })
  const unused = sha256(newSecret()) // nobody logs out with a secret that nobody has
  const use = { handle, secretHash, product, nonce: newJwtId(), logoutSecretHash: unused }
  const [isOurs, owner] = await Promise.all([
    logins.consume(use, nowMs),
    sessions.findOwner(begun.session),
  ])
  if (!isOurs) return fail('token_used')
  const judged = roleOf(owner.user)
  if (!judged.ok) return judged
  const isOver = signedInAtMs < (judged.value.user.sessionsFrom ?? 0)
  if (isOver || isSignedOut(login, owner.signedOut)) return fail('signed_out')
  await sessions.create(begun.session)
  return ok(begun)
}
