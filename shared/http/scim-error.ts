import { errorBody } from '../scim/error-body.ts'
import type { ScimError } from '../scim/errors.ts'
import { type HttpResponse, respond } from './respond.ts'

export const SCIM_TYPE = 'application/scim+json; charset=utf-8'

/** An error of SCIM as HTTP has it. */
export function scimError(error: ScimError): HttpResponse {
  const { status, retryAfter, allow } = error
  const headers = {
    'content-type': SCIM_TYPE,
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="latchkey"' }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(allow && { allow: allow.join(', ') }),
  }
  return respond(status, headers, JSON.stringify(errorBody(error)))
}
