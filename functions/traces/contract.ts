import * as v from 'valibot'
import type { Role } from '#shared/admin/caller.ts'
import type { Contract } from '#shared/http/contract.ts'
import { Summary } from '#shared/http/trace-answer.ts'
import { next } from '#shared/http/wire.ts'
import { isTraceId } from '#shared/ids.ts'
import { ListQuery } from './schema.ts'

const text = v.exactOptional(v.string())

const Stage = v.strictObject({
  stage: v.string(),
  outcome: v.picklist(['passed', 'failed', 'not_reached']),
})

const roles = ['admin', 'reader'] as const satisfies readonly Role[]

export const contract = {
  'GET /orgs/{organization}/traces': {
    summary: 'List sign-ins and logouts, newest first',
    roles,
    query: ListQuery,
    answers: { 200: v.strictObject({ traces: v.array(Summary), next }) },
  },
  'GET /orgs/{organization}/traces/{trace}': {
    summary: 'Show what a sign-in passed, why it failed and how to mend it',
    roles,
    ids: { trace: [isTraceId, 'trace_unknown'] },
    answers: {
      200: v.strictObject({
        ...Summary.entries,
        stages: v.array(Stage),
        hint: text,
        message: text,
      }),
    },
  },
} as const satisfies Contract
