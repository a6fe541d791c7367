import { type KeyObject, verify } from 'node:crypto'
import * as v from 'valibot'
import { isOrgId, isSessionId, isUserId, type OrgId, type SessionId, type UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { SESSION_AUDIENCE, type SessionClaims } from './session.ts'

/** Names the kind of JWT in its header: no other JWT of ours can be taken for one of a session. */
export const SESSION_JWT_TYPE = 'admin+jwt'

/** A key that signs sessions: its public half, and the id by which JWTs name it. */
export type SessionKey = { kid: string; publicKey: KeyObject }

export type SessionJwtError =
  | 'jwt_malformed'
  | 'jwt_header_wrong'
  | 'jwt_signature_wrong'
  | 'jwt_claims_wrong'
  | 'jwt_expired'

/** In characters: ours have some 800. */
const MAX_LENGTH = 2048

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

type Expected = { key: SessionKey; issuer: string /** Epoch seconds. */; now: number }

/**
 * Verifies the JWT of a session. Its header is compared with the only one that we write and never
 * read, so it has no say in how it is verified (RFC 8725 §3.1, §3.11).
 *
 * Source: RFC 7515 §5.2, RFC 7518 §3.3 (RS256), RFC 7519 §7.2.
 */
export function verifySessionJwt(
  jwt: string,
  { key, issuer, now }: Expected,
): Result<SessionClaims, SessionJwtError> {
  const [, header, payload, signature] = jwt.length > MAX_LENGTH ? [] : (COMPACT.exec(jwt) ?? [])
  if (!header || !payload || !signature) return fail('jwt_malformed')
  if (header !== headerOf(key)) return fail('jwt_header_wrong')
  const signed = Buffer.from(`${header}.${payload}`)
  const isOurs = verify('sha256', signed, key.publicKey, Buffer.from(signature, 'base64url'))
  if (!isOurs) return fail('jwt_signature_wrong')
  const claims = v.safeParse(Claims, parse(payload))
  if (!claims.success || claims.output.iss !== issuer) return fail('jwt_claims_wrong')
  const { until, ...rest } = claims.output
  const ends = Math.min(rest.exp, until ?? rest.exp)
  if (ends <= now) return fail('jwt_expired')
  return ok({ ...rest, ...(until !== undefined && { until }) })
}

const headerOf = ({ kid }: SessionKey) =>
  Buffer.from(JSON.stringify({ alg: 'RS256', typ: SESSION_JWT_TYPE, kid })).toString('base64url')

function parse(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const instant = v.pipe(v.number(), v.integer(), v.minValue(0))
const Common = {
  iss: v.string(),
  aud: v.literal(SESSION_AUDIENCE),
  sub: v.custom<UserId>((value) => typeof value === 'string' && isUserId(value)),
  org: v.custom<OrgId>((value) => typeof value === 'string' && isOrgId(value)),
  sid: v.custom<SessionId>((value) => typeof value === 'string' && isSessionId(value)),
  iat: instant,
  exp: instant,
  began: instant,
  csrf: v.pipe(v.string(), v.length(43)),
}
/** Only an emergency has a door, and it always has one. */
const Claims = v.variant('kind', [
  v.strictObject({ ...Common, kind: v.literal('normal'), until: v.optional(v.undefined_()) }),
  v.strictObject({ ...Common, kind: v.literal('emergency'), until: instant }),
])
