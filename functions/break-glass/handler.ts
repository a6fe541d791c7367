import type { BreakGlass } from '#shared/admin/break-glass.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { listBreakGlass } from '#shared/aws/break-glass-list.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { json } from '#shared/http/respond.ts'
import { isoTime } from '#shared/time.ts'
import { contract } from './contract.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/break-glass': async ({ orgId, query }) => {
    const { limit, cursor: after } = query
    const page = await listBreakGlass(DIRECTORY_TABLE, orgId, { limit, after })
    return json(200, {
      breakGlass: page.records.map(output),
      ...(page.next && { next: cursorOf(page.next) }),
    })
  },
})

const output = ({ orgId: _, approvedBy, openedAt, openUntil, ...record }: BreakGlass) => ({
  ...record,
  requestedAt: isoTime(record.requestedAt),
  requestEndsAt: isoTime(record.requestEndsAt),
  ...(approvedBy !== undefined && { approvedBy }),
  ...(openedAt !== undefined && { openedAt: isoTime(openedAt) }),
  ...(openUntil !== undefined && { openUntil: isoTime(openUntil) }),
})
