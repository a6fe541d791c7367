import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { time } from '#shared/http/wire.ts'

export const contract = {
  'GET /operator/doctor': {
    summary: 'Examine the deployment from inside: tables, keys and queues',
    roles: [],
    answers: {
      200: v.strictObject({
        findings: v.array(
          v.strictObject({
            check: v.string(),
            status: v.picklist(['ok', 'warn', 'fail']),
            detail: v.string(),
            advice: v.exactOptional(v.string()),
          }),
        ),
        time,
        publicUrl: v.string(),
        /** For whoever may ask AWS about them. */
        tables: v.array(v.string()),
      }),
    },
  },
} as const satisfies Contract
