import { dynamoOrganizationExports } from '#shared/aws/organization-exports.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import { EXPORT_VERSION } from '#shared/orgs/transfer.ts'
import { epochMilliseconds, isoTime } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const organizations = dynamoOrganizationExports(DIRECTORY_TABLE)

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'GET /operator/orgs/{organization}/export': async ({ ids, query, now }) => {
    const page = await organizations.page(ids.organization, query.cursor, now)
    if (!page) return refuse('organization_unknown')
    return json(200, {
      version: EXPORT_VERSION,
      organization: ids.organization,
      exportedAt: isoTime(now),
      items: page.items,
      ...(page.next !== undefined && { next: cursorOf(page.next) }),
    })
  },
})
