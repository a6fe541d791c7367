import type { TraceId } from '../ids.ts'
import { keptLength, redact } from '../saml/redact.ts'
import { toSeconds } from '../time.ts'
import type { Trace } from './ports.ts'
import type { Refused } from './refused.ts'

type Attempt = { traceId: TraceId; nowMs: number; kind?: 'start' }

/** The trace of a refused sign-in, for the organization if it is known whose it was (R40). */
export function refusalTrace(refused: Refused, { traceId, nowMs, kind }: Attempt): Trace {
  const { refusal, stage, idp, keyFingerprint } = refused
  return {
    id: traceId,
    ...(kind && { kind }),
    at: toSeconds(nowMs),
    outcome: 'refused',
    ...refusal,
    stage,
    ...(idp && { orgId: idp.orgId, idpId: idp.id }),
    ...(keyFingerprint !== undefined && { keyFingerprint }),
    ...messageOf(refused),
  }
}

/** The message as an admin may see it, where there is one and somebody to see it. */
export function messageOf({ idp, response, keyFingerprint }: Refused): { message?: string } {
  if (!idp || !response) return {}
  return { message: redact(response, keptLength(keyFingerprint)) }
}
