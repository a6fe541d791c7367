import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'

export const contract = {
  'POST /operator/events/redrive': {
    summary: 'Send dead letters to consumers once more, some a call',
    roles: [],
    answers: {
      200: v.strictObject({
        moved: v.number(),
        /** Whether none was left; until then the call must be repeated. */
        done: v.boolean(),
      }),
    },
  },
  'GET /operator/events/failures': {
    summary: 'Show some of the changes that could not be followed, by their place in the stream',
    roles: [],
    answers: {
      200: v.strictObject({
        failures: v.array(
          v.strictObject({
            at: v.string(),
            function: v.string(),
            condition: v.string(),
            shardId: v.string(),
            firstSequenceNumber: v.string(),
            lastSequenceNumber: v.string(),
            changes: v.number(),
          }),
        ),
      }),
    },
  },
} as const satisfies Contract
