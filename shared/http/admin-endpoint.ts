import type * as v from 'valibot'
import { type ApiKeyError, type ApiKeyStore, authenticate } from '../admin/api-key.ts'
import {
  authenticateSession,
  type SessionError,
  type SessionPorts,
} from '../admin/authenticate-session.ts'
import { actorOf, type Caller, type Role } from '../admin/caller.ts'
import { type CallCounter, secondsToWait } from '../admin/rate-limit.ts'
import { isOrgId, type OrgId } from '../ids.ts'
import { log } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import { toSeconds } from '../time.ts'
import { readInput } from './admin-input.ts'
import type { Contract, Operation, RouteKey } from './contract.ts'
import { endpoint, type Unexpected } from './endpoint.ts'
import type { RepeatableCall } from './idempotency-key.ts'
import { refuse } from './refuse.ts'
import { bearerOf, type HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'
import { readCookie } from './session-cookies.ts'

/** A request whose caller may make it. */
export type AdminCall = {
  request: HttpRequest
  /** The caller's own, and the one of the path. */
  orgId: OrgId
  caller: Caller
  role: Role
  /** For events and traces. */
  actor: string
  /** Epoch seconds: of the same moment as the milliseconds. */
  now: number
  nowMs: number
  /** What If-Match names; undefined: any state. */
  seen: readonly string[] | undefined
  /** Where Idempotency-Key was sent. */
  repeatable: RepeatableCall | undefined
}

type OutputOf<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : undefined
type IdOf<Form> = Form extends readonly [(text: string) => text is infer Id extends string, unknown]
  ? Id
  : string
type IdsOf<Ids> = { [Name in keyof Ids]: IdOf<Ids[Name]> }

/** The same with what the contract says that is in it. */
export type CallOf<One> = AdminCall & InputOf<One>

/** What a contract says that is in a call. */
export type InputOf<One> = {
  ids: One extends { ids: infer Ids } ? IdsOf<Ids> : Record<never, string>
  query: One extends { query: infer Query } ? OutputOf<Query> : undefined
  body: One extends { body: infer Body } ? OutputOf<Body> : undefined
}

type Routes<Given extends Contract> = {
  readonly [Key in keyof Given]: (call: CallOf<Given[Key]>) => Promise<HttpResponse>
}

export type AdminPorts = {
  keys: ApiKeyStore
  sessions: SessionPorts
  calls: CallCounter
  now: () => number
}

/** Of a body, in bytes: metadata of a megabyte, as JSON spells it. */
export const BODY_LIMIT = 1.5 * 1024 * 1024

/**
 * The administration API's chain: who calls, whether it is their organization, whether they may and
 * not too often, and only then what they want. Every refusal is a problem document (RFC 9457).
 */
export const adminEndpoint = <const Given extends Contract>(
  ports: AdminPorts,
  contract: Given,
  routes: Routes<Given>,
) =>
  endpoint(async (request) => {
    const nowMs = ports.now()
    const now = toSeconds(nowMs)
    const identified = await identify(ports, request, now)
    if (!identified.ok) return identified.error
    const caller = identified.value
    const response = await answer({ ports, contract, routes }, { request, caller, nowMs })
    log.info('admin_call', {
      requestId: request.requestId,
      route: request.routeKey,
      orgId: caller.orgId,
      callerId: caller.id,
      status: response.statusCode,
    })
    return response
  }, unexpected)

/** Who calls; one answer for all that is wrong with a proof of it, as the log knows what. */
async function identify(
  ports: AdminPorts,
  request: HttpRequest,
  now: number,
): Promise<Result<Caller, HttpResponse>> {
  const authenticated = await authenticateCaller(ports, request, now)
  if (authenticated.ok) return authenticated
  const { requestId, routeKey } = request
  log.info('caller_refused', { cause: authenticated.error, requestId, route: routeKey })
  if (authenticated.error === 'csrf') return fail(refuse('csrf'))
  return fail(refuse('unauthorized', { headers: challenge }))
}

/** By an API key where a header presents one, else by the session that the browser has. */
async function authenticateCaller(
  { keys, sessions }: AdminPorts,
  request: HttpRequest,
  now: number,
): Promise<Result<Caller, ApiKeyError | SessionError>> {
  const jwt = readCookie(request, 'jwt')
  if (request.header('authorization') === undefined && jwt !== undefined) {
    const session = await authenticateSession(sessions, sessionRequest(request, jwt), now)
    return session.ok ? ok({ kind: 'session', ...session.value }) : session
  }
  const key = await authenticate(keys, bearerOf(request), now)
  if (!key.ok) return key
  const { id, orgId, role } = key.value
  return ok({ kind: 'key', id, orgId, role })
}

const sessionRequest = ({ method, header }: HttpRequest, jwt: string) => ({
  method,
  jwt,
  csrfToken: header('x-csrf-token'),
  origin: header('origin'),
})

const challenge = { 'www-authenticate': 'Bearer realm="latchkey"' }

type Api<Given extends Contract> = { ports: AdminPorts; contract: Given; routes: Routes<Given> }
type Identified = { request: HttpRequest; caller: Caller; nowMs: number }

async function answer<Given extends Contract>(
  { ports, contract, routes }: Api<Given>,
  { request, caller, nowMs }: Identified,
): Promise<HttpResponse> {
  const key = request.routeKey as RouteKey & keyof Given
  const operation: Operation | undefined = contract[key]
  const orgId = request.pathParameter('organization') ?? ''
  // Of another organization nobody learns more than of one that does not exist.
  if (!operation || !isOrgId(orgId) || orgId !== caller.orgId) return refuse('not_found')
  if (!operation.roles.includes(caller.role)) return refuse('forbidden')
  const now = toSeconds(nowMs)
  const wait = await secondsToWait(ports.calls, caller.id, now)
  if (wait !== undefined) {
    return refuse('too_many_requests', { headers: { 'retry-after': String(wait) } })
  }
  const isTooLarge = operation.body && Buffer.byteLength(request.body) > BODY_LIMIT
  if (isTooLarge) return refuse('too_large')
  const input = readInput(operation, request, caller.id)
  if (!input.ok) return input.error
  const { role } = caller
  const actor = actorOf(caller)
  const call = { request, orgId, caller, role, actor, now, nowMs, ...input.value }
  const handle = routes[key] as unknown as (call: object) => Promise<HttpResponse>
  return handle(call) // which was read by that very operation
}

/** What a caller sees of a bug or an outage. */
export const unexpected: Unexpected = ({ requestId }) =>
  refuse('server_error', { detail: `Request ${requestId}` })
