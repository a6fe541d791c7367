import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { Summary } from '#shared/http/trace-answer.ts'
import { isOrgId, isTraceId } from '#shared/ids.ts'

const after = v.pipe(v.string(), v.guard(isTraceId))
const Page = v.strictObject({
  /** Oldest first. */
  traces: v.array(Summary),
  /** The last one, where more came after it. */
  next: v.exactOptional(v.string()),
})

export const contract = {
  'GET /operator/orgs/{organization}/traces': {
    summary: 'Follow the sign-ins and logouts of an organization: those after a trace',
    roles: [],
    ids: { organization: [isOrgId, 'organization_unknown'] },
    query: v.strictObject({ after }),
    answers: { 200: Page },
  },
  'GET /operator/traces/unattributed': {
    summary: 'Follow what came from nobody knows whom: those after a trace',
    roles: [],
    query: v.strictObject({ after }),
    answers: { 200: Page },
  },
} as const satisfies Contract
