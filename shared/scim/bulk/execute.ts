import { log } from '../../log.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimLog } from '../access-ports.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '../calls.ts'
import { paused, type ScimError } from '../errors.ts'
import { loggedRequest } from '../logged-request.ts'
import { tellLog } from '../tell-log.ts'
import type { ScimAct, ScimCaller } from '../types.ts'
import { readTags } from '../versions.ts'
import type { BulkMethod, BulkOperation } from './read-bulk.ts'

/** The routes of one type that change something, as its own endpoint has them. */
export type WriteRoutes = Readonly<Record<BulkMethod, ScimRoute<unknown>>>

export type ExecutionPorts = {
  /** Routes are loaded where an operation needs them. */
  routesOf(type: BulkOperation['type']): Promise<WriteRoutes>
  log: ScimLog
  /** Epoch milliseconds. */
  now: () => number
}

/** The bulk request that operations are part of. */
export type Bulk = { caller: ScimCaller; call: ScimCall & { scimAct: ScimAct } }

type Alone = ScimCall & { scimAct: ScimAct }

/**
 * Does operations as if each had come alone: by the routes of its type, and with a row of its own in
 * the log for admins. Once the guard has paused the directory nothing more is written. What fails by
 * a fault of ours is one operation's error, as others may be done already.
 */
export function executor(ports: ExecutionPorts, { caller, call }: Bulk) {
  let isPaused = false
  return async (operation: BulkOperation): Promise<ScimAnswer> => {
    const alone = callOf(operation, { caller, call }, ports.now())
    const answer = isPaused ? fail(paused) : await settled(ports, operation, { caller, alone })
    if (answer.ok) return answer
    isPaused ||= answer.error === paused
    await tellLog(ports.log, answer, alone)
    return answer
  }
}

async function settled(
  ports: ExecutionPorts,
  operation: BulkOperation,
  { caller, alone }: { caller: ScimCaller; alone: Alone },
): Promise<ScimAnswer> {
  const { requestId } = alone.scimAct.request
  try {
    const tags = readTags(operation.version)
    if (!tags.ok) return tags
    const routes = await ports.routesOf(operation.type)
    return await answered(routes[operation.method], caller, { ...alone, ifMatch: tags.value })
  } catch (error) {
    log.error('scim_bulk_operation_failed', error, { requestId })
    return fail({ status: 500, detail: `Request ${requestId}` })
  }
}

async function answered(
  route: ScimRoute<unknown>,
  caller: ScimCaller,
  call: Alone,
): Promise<ScimAnswer> {
  const read: Result<unknown, ScimError> = await route.read(call)
  return read.ok ? route.act(caller, call, read.value) : read
}

/** The request that the operation would have been. */
function callOf(operation: BulkOperation, { caller, call }: Bulk, nowMs: number): Alone {
  const { method, type, target, data } = operation
  const { directory, baseUrl, scimAct } = call
  const alone = {
    ...{ method, directory, baseUrl, nowMs },
    path: target === undefined ? `/${type}s` : `/${type}s/${target}`,
    id: target,
    query: new URLSearchParams(),
    body: () => ok(data),
    ifMatch: undefined,
    ifNoneMatch: undefined,
  }
  const request = loggedRequest(scimAct.request.requestId, alone, caller)
  return { ...alone, scimAct: { actor: scimAct.actor, nowMs, request } }
}
