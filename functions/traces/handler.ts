import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoTraceReader } from '#shared/aws/trace-reader.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import type { TraceId } from '#shared/ids.ts'
import { summarize } from '#shared/trace/summarize.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const traces = dynamoTraceReader(DIRECTORY_TABLE)

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/traces': async ({ orgId, query }) => {
    const { outcome, idp, ssoToken, limit, cursor: after } = query
    const filter = {
      ...(outcome && { outcome }),
      ...(idp && { idpId: idp }),
      ...(ssoToken && { ssoTokenId: ssoToken }),
    }
    const paging = { limit, ...(after && { after: after as TraceId }) }
    const page = await traces.list(orgId, filter, paging)
    return json(200, {
      traces: page.traces.map(summarize),
      ...(page.next && { next: cursorOf(page.next) }),
    })
  },

  'GET /orgs/{organization}/traces/{trace}': async ({ orgId, ids }) => {
    const found = await traces.find(orgId, ids.trace)
    if (!found) return refuse('trace_unknown')
    const { explain } = await import('#shared/trace/explain.ts') // much text that lists do not need
    return json(200, explain(found.trace, found.kind))
  },
})
