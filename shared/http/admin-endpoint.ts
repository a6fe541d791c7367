import { type ApiKey, type ApiKeyStore, authenticate, type Role } from '../admin/api-key.ts'
import { isOrgId, type OrgId } from '../ids.ts'
import { log } from '../log.ts'
import { toSeconds } from '../time.ts'
import { endpoint, type Unexpected } from './endpoint.ts'
import { problem } from './problem.ts'
import { bearerOf, type HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

/** A request whose caller may make it. Times are epoch seconds. */
export type AdminCall = {
  request: HttpRequest
  /** The caller's own, and the one of the path. */
  orgId: OrgId
  key: ApiKey
  /** For events and traces. */
  actor: string
  now: number
}

export type AdminRoute = {
  roles: readonly Role[]
  handle: (call: AdminCall) => Promise<HttpResponse>
}

type Ports = { keys: ApiKeyStore; now: () => number }

/** Of a body, in bytes: metadata of a megabyte, as JSON spells it. */
const BODY_LIMIT = 1.5 * 1024 * 1024

/**
 * The administration API's chain: who calls, whether it is their organization, whether they may,
 * and only then what they want. Every refusal is a problem document (RFC 9457).
 *
 * @param routes by route key, as infra/routes.ts spells it
 */
export const adminEndpoint = (ports: Ports, routes: Readonly<Record<string, AdminRoute>>) =>
  endpoint(async (request) => {
    const now = toSeconds(ports.now())
    const authenticated = await authenticate(ports.keys, bearerOf(request), now)
    if (!authenticated.ok) return unauthorized(authenticated.error, request)
    const key = authenticated.value
    const route = routes[request.routeKey]
    const orgId = request.pathParameter('organization') ?? ''
    // Of another organization nobody learns more than of one that does not exist.
    if (!route || !isOrgId(orgId) || orgId !== key.orgId) return notFound
    if (!route.roles.includes(key.role)) return forbidden
    if (Buffer.byteLength(request.body) > BODY_LIMIT) return tooLarge
    const response = await route.handle({ request, orgId, key, actor: `apikey:${key.id}`, now })
    log.info('admin_call', {
      requestId: request.requestId,
      route: request.routeKey,
      orgId,
      keyId: key.id,
      status: response.statusCode,
    })
    return response
  }, unexpected)

/** One answer for all that is wrong with a key: the log knows what. */
function unauthorized(cause: string, { requestId, routeKey }: HttpRequest): HttpResponse {
  log.info('api_key_refused', { cause, requestId, route: routeKey })
  return problem(
    { status: 401, cause: 'unauthorized', title: 'A valid API key is needed' },
    { 'www-authenticate': 'Bearer realm="latchkey"' },
  )
}

const notFound = problem({ status: 404, cause: 'not_found', title: 'There is nothing here' })

export const forbidden = problem({
  status: 403,
  cause: 'forbidden',
  title: 'This API key may not do that',
})

const tooLarge = problem({ status: 413, cause: 'too_large', title: 'The body is too large' })

/** What a caller sees of a bug or an outage. */
const unexpected: Unexpected = ({ requestId }) =>
  problem({
    status: 500,
    cause: 'server_error',
    title: 'Something went wrong here',
    detail: `Request ${requestId}`,
  })
