import type { TraceId } from '../ids.ts'
import type { Trace } from '../sign-in/ports.ts'
import { toSeconds } from '../time.ts'
import type { Stage } from '../trace/stage.ts'
import type { PortalCause } from './errors.ts'
import type { RefusedPortal } from './ports.ts'

/** Where each refusal is made. */
const stageOf = {
  sso_token_malformed: 'message',
  sso_token_unknown: 'portal',
  sso_token_wrong: 'portal',
  sso_token_removed: 'portal',
  sso_token_expired: 'portal',
  organization_closed: 'portal',
  identifier_not_enabled: 'portal',
  product_missing: 'landing',
  host_not_listed: 'landing',
  host_missing: 'landing',
  host_mismatch: 'landing',
  target_unsafe: 'message',
  target_not_allowed: 'landing',
  target_mismatch: 'landing',
  user_unknown: 'person',
  user_missing: 'person',
  user_invited: 'person',
  user_suspended: 'person',
  no_product_access: 'person',
  person_mismatch: 'person',
  session_ended: 'person',
  token_malformed: 'message',
  token_unknown: 'token',
  token_expired: 'token',
  token_used: 'token',
  token_of_another_product: 'token',
} as const satisfies Record<PortalCause, Stage>

type Attempt = { traceId: TraceId; nowMs: number }

/** The trace of what was refused to a portal, its browser or a product (R34, R40). */
export function portalRefusalTrace(
  { receiptId: _, unprovedId: __, ...refused }: RefusedPortal,
  { traceId, nowMs }: Attempt,
): Trace {
  const stage = stageOf[refused.cause]
  return { id: traceId, at: toSeconds(nowMs), outcome: 'refused', stage, ...refused }
}
