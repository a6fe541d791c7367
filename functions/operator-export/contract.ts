import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isOrgId } from '#shared/ids.ts'
import { EXPORT_VERSION, isExportPlace } from '#shared/orgs/transfer.ts'

const { cursor } = paging(isExportPlace)

export const contract = {
  'GET /operator/orgs/{organization}/export': {
    summary: 'Export an organization page by page: all that lasts, as it is stored',
    roles: [],
    ids: { organization: [isOrgId, 'organization_unknown'] },
    query: v.strictObject({ cursor }),
    answers: {
      200: v.strictObject({
        version: v.literal(EXPORT_VERSION),
        organization: id('org'),
        exportedAt: time,
        items: v.array(v.looseObject({ pk: v.string(), sk: v.string() })),
        next,
      }),
    },
  },
} as const satisfies Contract
