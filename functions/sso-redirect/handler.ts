import { dynamoArrivals } from '#shared/aws/portal-arrival-store.ts'
import { dynamoPortalRefusals } from '#shared/aws/portal-refusals.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { notePortalRefusal } from '#shared/http/portal-answer.ts'
import { hopFailed, notFetchedAhead, refuseHop } from '#shared/http/portal-pages.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { seeOther } from '#shared/http/respond.ts'
import { log } from '#shared/log.ts'
import { arrive } from '#shared/portals/arrive.ts'
import type { ArrivalStore, RefusalStore } from '#shared/portals/ports.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { isPrefetch, readHop } from './schema.ts'

type Ports = { arrivals: ArrivalStore; refusals: RefusalStore; now: () => number }

export const hop = (ports: Ports) => async (request: HttpRequest) => {
  if (isPrefetch(request)) return notFetchedAhead()
  const nowMs = ports.now()
  const { requestId } = request
  const arrived = await arrive(ports.arrivals, { ...readHop(request), nowMs })
  if (!arrived.ok) {
    const traceId = await notePortalRefusal(ports.refusals, arrived.error, { requestId, nowMs })
    return refuseHop(arrived.error.cause, traceId)
  }
  const { location, login, traceId } = arrived.value
  const { ssoTokenId, userId, receiptId } = login
  log.info('portal_arrived', { requestId, traceId, ssoTokenId, userId, receiptId })
  return seeOther(location)
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const live: Ports = {
  arrivals: dynamoArrivals(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  refusals: dynamoPortalRefusals(DIRECTORY_TABLE),
  now: epochMilliseconds,
}
export const handler = endpoint(hop(live), hopFailed)
