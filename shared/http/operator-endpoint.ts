import { log } from '../log.ts'
import { toSeconds } from '../time.ts'
import { BODY_LIMIT, type InputOf, unexpected } from './admin-endpoint.ts'
import { readInput } from './admin-input.ts'
import type { Contract, Operation, RouteKey } from './contract.ts'
import { endpoint } from './endpoint.ts'
import type { RepeatableCall } from './idempotency-key.ts'
import { refuse } from './refuse.ts'
import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

/** A request of an operator. Times are epoch seconds. */
type OperatorCall = {
  request: HttpRequest
  /** For events: the caller's access key, which AWS CloudTrail knows, and nobody's name. */
  actor: string
  now: number
  /** What If-Match names; undefined: any state. */
  seen: readonly string[] | undefined
  /** Where Idempotency-Key was sent. */
  repeatable: RepeatableCall | undefined
}

type Routes<Given extends Contract> = {
  readonly [Key in keyof Given]: (call: OperatorCall & InputOf<Given[Key]>) => Promise<HttpResponse>
}

/**
 * The chain of the operator routes: as that of the administration API, but IAM has decided who may
 * call. An event that IAM has not let through is refused here, too: a route that lost its authorizer
 * is no open door.
 *
 * @param clock epoch milliseconds
 */
export const operatorEndpoint = <const Given extends Contract>(
  clock: () => number,
  contract: Given,
  routes: Routes<Given>,
) =>
  endpoint(async (request) => {
    const { iamKey, requestId, routeKey: route } = request
    if (!iamKey) {
      log.warn('operator_refused', { requestId, route })
      return refuse('forbidden')
    }
    const now = toSeconds(clock())
    const response = await answer({ contract, routes }, { request, iamKey, now })
    log.info('operator_call', { requestId, route, iamKey, status: response.statusCode })
    return response
  }, unexpected)

type Api<Given extends Contract> = { contract: Given; routes: Routes<Given> }
type Identified = { request: HttpRequest; iamKey: string; now: number }

async function answer<Given extends Contract>(
  { contract, routes }: Api<Given>,
  { request, iamKey, now }: Identified,
): Promise<HttpResponse> {
  const key = request.routeKey as RouteKey & keyof Given
  const operation: Operation | undefined = contract[key]
  if (!operation) return refuse('not_found')
  const isTooLarge = operation.body && Buffer.byteLength(request.body) > BODY_LIMIT
  if (isTooLarge) return refuse('too_large')
  const actor = `operator:${iamKey}`
  const input = readInput(operation, request, actor)
  if (!input.ok) return input.error
  const handle = routes[key] as unknown as (call: object) => Promise<HttpResponse>
  return handle({ request, actor, now, ...input.value }) // which was read by that very operation
}
