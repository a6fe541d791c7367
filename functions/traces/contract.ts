import * as v from 'valibot'
import type { Role } from '#shared/admin/caller.ts'
import type { Contract } from '#shared/http/contract.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isTraceId } from '#shared/ids.ts'
import { ListQuery } from './schema.ts'

const text = v.exactOptional(v.string())

/** A trace as a line of a list. */
export const Summary = v.strictObject({
  id: id('trc'),
  kind: v.picklist(['sign-in', 'start', 'logout']),
  at: time,
  organization: v.exactOptional(id('org')),
  provider: v.exactOptional(id('idp')),
  outcome: v.picklist(['succeeded', 'refused', 'restarted']),
  cause: text,
  got: text,
  want: text,
  keyFingerprint: text,
  notes: v.exactOptional(v.array(v.string())),
  // Of a success, and of a logout that ended sessions.
  userId: v.exactOptional(id('usr')),
  product: text,
  sids: v.exactOptional(v.array(v.string())),
  endedBy: text,
})

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
