import type { IdentityProvider } from '../idps/types.ts'
import type { TraceId } from '../ids.ts'
import { keptLength, redact } from '../saml/redact.ts'
import { scanXml } from '../saml/scan.ts'
import { XmlError } from '../saml/xml-error.ts'
import type { Trace } from '../sign-in/ports.ts'
import { toSeconds } from '../time.ts'
import type { RefusedLogout } from './arrival.ts'
import type { LogoutNote } from './errors.ts'
import { logoutStage } from './logout-stage.ts'

type Attempt = { traceId: TraceId; nowMs: number }

type Done = {
  idp: Pick<IdentityProvider, 'id' | 'orgId'>
  keyFingerprint?: string | undefined
  notes: readonly LogoutNote[]
}

/** The trace of a logout that was done (R40). */
export const logoutTrace = (
  { idp, keyFingerprint, notes }: Done,
  { traceId, nowMs }: Attempt,
): Trace => ({
  id: traceId,
  kind: 'logout',
  at: toSeconds(nowMs),
  orgId: idp.orgId,
  idpId: idp.id,
  outcome: 'succeeded',
  ...(keyFingerprint !== undefined && { keyFingerprint }),
  ...(notes.length > 0 && { notes }),
})

/** The trace of a refused logout, for the organization if it is known whose it was (R40). */
export function refusedLogoutTrace(refused: RefusedLogout, { traceId, nowMs }: Attempt): Trace {
  const { refusal, idp, keyFingerprint, bytes } = refused
  return {
    id: traceId,
    kind: 'logout',
    at: toSeconds(nowMs),
    outcome: 'refused',
    ...refusal,
    stage: logoutStage(refusal.cause),
    ...(idp && { orgId: idp.orgId, idpId: idp.id }),
    ...(keyFingerprint !== undefined && { keyFingerprint }),
    ...(idp && bytes && shown(bytes, keptLength(keyFingerprint))),
  }
}

/** Read once more, as only a refusal needs it; what cannot be read is told by its cause alone. */
function shown(bytes: Buffer, maxLength: number): { message?: string } {
  try {
    return { message: redact(scanXml(bytes).root, maxLength) }
  } catch (error) {
    if (error instanceof XmlError) return {}
    throw error
  }
}
