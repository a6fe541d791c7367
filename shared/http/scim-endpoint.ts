import { log } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ScimLog } from '../scim/access-ports.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '../scim/calls.ts'
import { readScimToken } from '../scim/directories/token-text.ts'
import { notFound, paused, type ScimError } from '../scim/errors.ts'
import { loggedRequest } from '../scim/logged-request.ts'
import { tellLog } from '../scim/tell-log.ts'
import type { ScimAct, ScimCaller } from '../scim/types.ts'
import { refusedByVersion } from '../scim/versions.ts'
import { warmCallers } from '../scim/warm-callers.ts'
import type { RouteKey } from './contract.ts'
import { endpoint, type Unexpected } from './endpoint.ts'
import { bearerOf, type HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'
import {
  type AdmissionPorts,
  type Admitted,
  admit,
  type Refusal,
  refusals,
} from './scim-admission.ts'
import { readCall, readDirectory, scimResponse } from './scim-call.ts'
import { scimError } from './scim-error.ts'

export type ScimPorts = AdmissionPorts & {
  log: ScimLog
  /** Epoch milliseconds. */
  now: () => number
  publicUrl: string
}

/** By route key; what a route reads is between its two phases. */
export type ScimRoutes = Readonly<Partial<Record<ScimRouteKey, ScimRoute<unknown>>>>
type ScimRouteKey = RouteKey | `ANY /${string}`

type Chain = { ports: ScimPorts; routes: ScimRoutes; warm: ReturnType<typeof warmCallers> }

/** A request whose first reads are under way. */
type Begun = {
  request: HttpRequest
  call: ScimCall
  route: ScimRoute<unknown>
  reading: Promise<Result<unknown, ScimError>>
}

/**
 * The chain of SCIM: what a request asks for is read while its caller is authenticated, and done only
 * then. Every refusal is an error of SCIM (RFC 7644 §3.12, ADR 20).
 */
export const scimEndpoint = (ports: ScimPorts, routes: ScimRoutes) => {
  const chain = { ports, routes, warm: warmCallers() }
  return endpoint((request) => answer(chain, request), unexpected)
}

async function answer(chain: Chain, request: HttpRequest): Promise<HttpResponse> {
  const nowMs = chain.ports.now()
  const presented = readScimToken(bearerOf(request) ?? '')
  if (!presented) return refuse(request, refusals.token_missing)
  const directory = readDirectory(request)
  if (!directory) return refuse(request, refusals.directory_unknown)
  const begun = begin(chain, request, { directory, nowMs })
  const isCreate = begun.route.isCreate === true
  const admitted = await admit(chain, { ...presented, directory }, { nowMs, isCreate })
  if (!admitted.ok) return refuse(request, admitted.error)
  return act(chain, begun, admitted.value)
}

/** Causes are for our log: callers learn no more than they need. */
function refuse({ requestId, routeKey: route }: HttpRequest, { cause, error }: Refusal) {
  log.info('scim_caller_refused', { cause, requestId, route })
  return scimError(error)
}

function begin(
  { ports, routes }: Chain,
  request: HttpRequest,
  context: Pick<ScimCall, 'directory' | 'nowMs'>,
): Begun {
  const { call, fault } = readCall(request, { ...context, publicUrl: ports.publicUrl })
  const route = routes[request.routeKey as ScimRouteKey] ?? noRoute
  const reading = fault ? Promise.resolve(fail(fault)) : route.read(call)
  reading.catch(() => {}) // of no interest to who is refused; act() sees it, too
  return { request, call, route, reading }
}

/** An event that infra/scim-routes.ts sends to another function. */
const noRoute: ScimRoute<unknown> = {
  read: () => Promise.resolve(ok(undefined)),
  act: () => Promise.resolve(fail(notFound('There is no such endpoint'))),
}

async function act(
  { ports }: Chain,
  begun: Begun,
  { caller, pending }: Admitted,
): Promise<HttpResponse> {
  const { request, call } = begun
  const scimAct = {
    actor: `scim:${caller.tokenId}`,
    nowMs: call.nowMs,
    request: loggedRequest(request.requestId, call, caller),
  }
  const [answered] = await Promise.all([perform(begun, caller, scimAct), pending])
  const { status } = answered.ok ? answered.value : answered.error
  log.info('scim_call', {
    requestId: request.requestId,
    route: request.routeKey,
    orgId: caller.directory.orgId,
    directoryId: caller.directory.id,
    tokenId: caller.tokenId,
    status,
    ...(!answered.ok && { scimType: answered.error.scimType }),
  })
  await tellLog(ports.log, answered, { directory: call.directory, scimAct })
  return answered.ok ? scimResponse(answered.value, call) : scimError(answered.error)
}

async function perform(
  { call, route, reading }: Begun,
  caller: ScimCaller,
  scimAct: ScimAct,
): Promise<ScimAnswer> {
  const isWrite = call.method !== 'GET' && !route.isRead
  if (isWrite && caller.directory.state === 'paused') return fail(paused)
  const read = await reading
  if (!read.ok) return read
  const answer = await route.act(caller, { ...call, scimAct }, read.value)
  return call.method === 'GET' ? ifMatching(answer, call) : answer
}

/** A read, too, is of the version that If-Match names (RFC 9110 §13.1.1). */
function ifMatching(answer: ScimAnswer, { ifMatch }: ScimCall): ScimAnswer {
  const version = answer.ok ? answer.value.version : undefined
  if (version === undefined) return answer
  const refused = refusedByVersion({ ifMatch, ifNoneMatch: undefined }, version)
  return refused ? fail(refused) : answer
}

/** What a caller sees of a bug or an outage. */
const unexpected: Unexpected = ({ requestId }) =>
  scimError({ status: 500, detail: `Request ${requestId}` })
