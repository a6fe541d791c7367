import type { ScimError } from '../scim/errors.ts'
import { type HttpResponse, respond } from './respond.ts'

export const SCIM_TYPE = 'application/scim+json; charset=utf-8'

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** An error as SCIM has it: the status is a text (RFC 7644 §3.12). */
export function scimError({
  status,
  scimType,
  detail,
  retryAfter,
  allow,
}: ScimError): HttpResponse {
  const headers = {
    'content-type': SCIM_TYPE,
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="latchkey"' }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(allow && { allow: allow.join(', ') }),
  }
  const body = {
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType && { scimType }),
    detail,
  }
  return respond(status, headers, JSON.stringify(body))
}
