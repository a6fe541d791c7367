import { dynamoApiKeys } from '#shared/aws/api-key-store.ts'
import { dynamoTraceReader } from '#shared/aws/trace-reader.ts'
import { readQuery } from '#shared/http/admin-body.ts'
import { type AdminCall, type AdminRoute, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { problem } from '#shared/http/problem.ts'
import { json } from '#shared/http/respond.ts'
import { isTraceId } from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import type { TraceReader } from '#shared/trace/ports.ts'
import { summarize } from '#shared/trace/summarize.ts'
import { ListQuery } from './schema.ts'

type Ports = { traces: TraceReader }

const list =
  ({ traces }: Ports) =>
  async ({ request, orgId }: AdminCall) => {
    const query = readQuery(request, ListQuery)
    if (!query.ok) return query.error
    const { outcome, idp, limit, cursor } = query.value
    const filter = { ...(outcome && { outcome }), ...(idp && { idpId: idp }) }
    const page = await traces.list(orgId, filter, { limit, ...(cursor && { after: cursor }) })
    return json(200, {
      traces: page.traces.map(summarize),
      ...(page.next && { next: page.next }),
    })
  }

const show =
  ({ traces }: Ports) =>
  async ({ request, orgId }: AdminCall) => {
    const id = request.pathParameter('trace') ?? ''
    const found = isTraceId(id) ? await traces.find(orgId, id) : undefined
    if (!found) return unknown
    const { explain } = await import('#shared/trace/explain.ts') // much text that lists do not need
    return json(200, explain(found.trace, found.kind))
  }

const unknown = problem({ status: 404, cause: 'trace_unknown', title: 'There is no such trace' })

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const ports: Ports = { traces: dynamoTraceReader(DIRECTORY_TABLE) }
const ALL = '/orgs/{organization}/traces'
const looking = (handle: AdminRoute['handle']): AdminRoute => ({
  roles: ['admin', 'reader'],
  handle,
})
export const handler = adminEndpoint(
  { keys: dynamoApiKeys(DIRECTORY_TABLE), now: epochMilliseconds },
  { [`GET ${ALL}`]: looking(list(ports)), [`GET ${ALL}/{trace}`]: looking(show(ports)) },
)
