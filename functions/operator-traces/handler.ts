import { dynamoOperatedOrganizations } from '#shared/aws/operated-organizations.ts'
import { dynamoTraceTail } from '#shared/aws/trace-tail.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import type { OrgId, TraceId } from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { summarize } from '#shared/trace/summarize.ts'
import { contract } from './contract.ts'

/** Traces of one answer. */
const PAGE = 100

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const organizations = dynamoOperatedOrganizations(DIRECTORY_TABLE)
const tail = dynamoTraceTail(DIRECTORY_TABLE)

async function page(orgId: OrgId | undefined, after: TraceId) {
  const { traces, next } = await tail.after(orgId, after, PAGE)
  return json(200, { traces: traces.map(summarize), ...(next !== undefined && { next }) })
}

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'GET /operator/orgs/{organization}/traces': async ({ ids, query }) => {
    const [organization, traces] = await Promise.all([
      organizations.find(ids.organization),
      page(ids.organization, query.after),
    ])
    return organization ? traces : refuse('organization_unknown')
  },
  'GET /operator/traces/unattributed': ({ query }) => page(undefined, query.after),
})
