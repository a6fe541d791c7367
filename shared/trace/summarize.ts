import type { Trace } from '../sign-in/ports.ts'
import { isoTime } from '../time.ts'

/** A trace as a line of a list, named as the administration API names things. */
export function summarize({ at, message: _, stage: __, orgId, idpId, ssoTokenId, ...rest }: Trace) {
  return {
    ...rest,
    kind: rest.kind ?? 'sign-in',
    at: isoTime(at),
    ...(orgId !== undefined && { organization: orgId }),
    ...(idpId !== undefined && { provider: idpId }),
    ...(ssoTokenId !== undefined && { ssoToken: ssoTokenId }),
  }
}
