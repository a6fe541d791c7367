import type { Arrival, ArrivalStore } from '../portals/ports.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { writeAll } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { partiesOf, partyKeys, portalLoginOf } from './portal-items.ts'
import { orSpent, receiptWrite, signInWrite } from './portal-writes.ts'

/** Browsers that come from portals: one read, one transaction. */
export const dynamoArrivals = (directory: string, ephemeral: string): ArrivalStore => ({
  async find(handle) {
    const [login, catalogue, ...parties] = await readItems([
      { table: ephemeral, key: ephemeralKeys.login(handle) },
      { table: directory, key: directoryKeys.catalogue() },
      ...partyKeys(handle).map((key) => ({ table: directory, key })),
    ])
    return {
      ...partiesOf(parties),
      login: portalLoginOf(handle, login),
      catalogue: catalogueOf(catalogue),
    }
  },

  async arrive({ login, target, secretHash, traceId, nowMs }: Arrival) {
    const { handle, secretHash: portalSecretHash } = login
    const Update = update(ephemeral, {
      key: ephemeralKeys.login(handle),
      set: { secretHash, portalSecretHash, arrivedAtMs: nowMs, target },
      condition:
        '#secretHash = :former AND attribute_not_exists(#arrivedAtMs)' +
        ' AND attribute_not_exists(#usedBy) AND #redeemableUntilMs > :now',
      values: { former: portalSecretHash, now: nowMs },
    })
    const writes = [
      orSpent({ Update }),
      orSpent(signInWrite(directory, login, { kind: 'portal-arrival', traceId, nowMs })),
      orSpent(receiptWrite(directory, login, { arrivedAtMs: nowMs })),
    ]
    return (await writeAll(writes)) === undefined
  },
})
