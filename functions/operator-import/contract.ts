import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { isOrgId } from '#shared/ids.ts'
import { EXPORT_VERSION } from '#shared/orgs/transfer.ts'

const importId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const key = v.pipe(v.string(), v.minLength(1), v.maxLength(1024))
const ids = { organization: [isOrgId, 'organization_unknown'] } as const

export const contract = {
  'POST /operator/orgs/{organization}/import': {
    summary:
      'Take a page of an export; nobody can reach what it holds before the import is finished',
    roles: [],
    ids,
    body: v.strictObject({
      /** Names the import: its pages, which may come again, and no other may come between. */
      import: importId,
      version: v.literal(EXPORT_VERSION),
      items: v.pipe(
        v.array(v.looseObject({ pk: key, sk: key })),
        v.minLength(1),
        v.maxLength(1000),
      ),
    }),
    answers: { 204: null },
    refusals: ['organization_exists', 'organization_missing', 'items_foreign'],
  },
  'POST /operator/orgs/{organization}/import/finish': {
    summary: 'Make an imported organization live, or list what other organizations have of it',
    roles: [],
    ids,
    body: v.strictObject({ import: importId }),
    answers: { 204: null },
    refusals: ['import_unknown', 'import_incomplete', 'import_conflicts'],
  },
} as const satisfies Contract
