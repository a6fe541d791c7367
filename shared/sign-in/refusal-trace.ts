import type { TraceId } from '../ids.ts'
import { toSeconds } from '../time.ts'
import type { Refused } from './judge-response.ts'
import type { Trace } from './ports.ts'

/** The trace of a refused sign-in, for the organization if it is known whose it was (R40). */
export function refusalTrace(
  { refusal, idp }: Refused,
  { traceId, nowMs }: { traceId: TraceId; nowMs: number },
): Trace {
  return {
    id: traceId,
    at: toSeconds(nowMs),
    outcome: 'refused',
    ...refusal,
    ...(idp && { orgId: idp.orgId, idpId: idp.id }),
  }
}
