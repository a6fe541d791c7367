import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { directoryId, id, time } from '#shared/http/wire.ts'
import { isUserId } from '#shared/ids.ts'

const count = v.pipe(v.number(), v.integer())
const named = { key: v.string(), name: v.string(), access: v.picklist(['everyone', 'assigned']) }
const seats = { seats: count, used: count, waiting: count }

const account = v.strictObject({
  id: id('acc'),
  /** Absent where the account is there no more. */
  name: v.exactOptional(v.string()),
  reference: v.exactOptional(v.string()),
})

export const contract = {
  'GET /orgs/{organization}/products': {
    summary: 'List the products that there are, with the seats of all accounts',
    roles: ['admin', 'reader'],
    answers: {
      200: v.strictObject({ products: v.array(v.strictObject({ ...named, ...seats })) }),
    },
  },
  'GET /orgs/{organization}/users/{user}/products': {
    summary: 'Explain which products a user has: by an admin, or by group, rule, seat and decision',
    roles: ['admin', 'reader'],
    ids: { user: [isUserId, 'user_unknown'] },
    answers: {
      200: v.strictObject({
        groups: v.array(
          v.union([
            v.strictObject({ idp: id('idp'), names: v.array(v.string()), assertedAt: time }),
            v.strictObject({ directory: directoryId, names: v.array(v.string()) }),
          ]),
        ),
        products: v.array(
          v.strictObject({
            ...named,
            isUsable: v.boolean(),
            attributes: v.record(v.string(), v.string()),
            seats: v.array(
              v.strictObject({
                account,
                state: v.picklist(['granted', 'queued', 'missing']),
                grantedBy: v.exactOptional(v.string()),
                since: v.exactOptional(time),
                because: v.array(v.strictObject({ group: v.string(), rule: id('rul') })),
                decision: v.picklist(['give', 'keep', 'take']),
                /** What the decision would come to now. */
                outlook: v.string(),
              }),
            ),
          }),
        ),
      }),
    },
  },
} as const satisfies Contract
