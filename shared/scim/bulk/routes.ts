import { ok } from '../../result.ts'
import type { ScimRoute } from '../calls.ts'
import { bulkResponse } from './bulk-response.ts'
import { type ExecutionPorts, executor } from './execute.ts'
import { type BulkRequest, isBroken, readBulk } from './read-bulk.ts'
import { runBulk } from './run-bulk.ts'

/**
 * After that no operation is begun: Lambda ends the function at 10 seconds, and the longest
 * operations, those on groups with many members, need what is left.
 */
const BUDGET_MS = 6500

/** `POST /Bulk` (RFC 7644 §3.7). The caller waits for 200 whatever became of the operations. */
export const postBulk = (ports: ExecutionPorts): ScimRoute<BulkRequest> => ({
  read: async (call) => {
    const body = call.body()
    const request = body.ok ? readBulk(body.value) : body
    if (request.ok) await loaded(ports, request.value)
    return request
  },
  act: async (caller, call, request) => {
    const end = call.nowMs + BUDGET_MS
    const execute = executor(ports, { caller, call })
    const idAt = (location: string) => location.slice(location.lastIndexOf('/') + 1)
    const hasTime = () => ports.now() < end
    const outcomes = await runBulk({ execute, idAt, hasTime }, request)
    return ok({ status: 200, resource: bulkResponse(outcomes, call.baseUrl) })
  },
})

/** What operations will need, beside the authentication. */
const loaded = ({ routesOf }: ExecutionPorts, { operations }: BulkRequest) => {
  const types = operations.flatMap((one) => (isBroken(one) ? [] : one.type))
  return Promise.all([...new Set(types)].map((type) => routesOf(type)))
}
