import type { ScimCall } from './calls.ts'
import { redactBody, redactPath } from './redact.ts'
import type { LoggedRequest, ScimCaller } from './types.ts'

/** The request as the log for admins keeps it. */
export function loggedRequest(
  requestId: string,
  { method, path, query, ...call }: Pick<ScimCall, 'method' | 'path' | 'query' | 'body'>,
  { tokenId }: Pick<ScimCaller, 'tokenId'>,
): LoggedRequest {
  const body = method === 'GET' || method === 'DELETE' ? undefined : call.body()
  return {
    ...{ requestId, tokenId, method },
    path: redactPath(path, query),
    ...(body?.ok && { body: redactBody(body.value) }),
  }
}
