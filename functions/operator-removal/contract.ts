import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { isOrgId } from '#shared/ids.ts'

export const contract = {
  'DELETE /operator/orgs/{organization}': {
    summary: 'Remove an organization, a bounded part a call; the first one closes every way in',
    roles: [],
    ids: { organization: [isOrgId, 'organization_unknown'] },
    query: v.strictObject({
      /** The organization's name. */
      confirm: v.pipe(v.string(), v.maxLength(256)),
    }),
    answers: {
      200: v.strictObject({
        /** Items that this call removed. */
        removed: v.number(),
        /** Whether nothing is left; until then the call must be repeated. */
        done: v.boolean(),
      }),
    },
    refusals: ['organization_confirmation_wrong'],
  },
} as const satisfies Contract
