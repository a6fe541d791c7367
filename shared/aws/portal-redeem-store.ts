import { placeOf } from '../portals/handle.ts'
import type { ProductCredential } from '../products/types.ts'
import type { RedeemStore } from '../tokens/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { writeAll } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { CONSUMABLE } from './login-record.ts'
import { NOWHERE, partiesOf, partyKeys, portalLoginOf, SUMMARY } from './portal-items.ts'
import { orSpent, receiptWrite, signInWrite } from './portal-writes.ts'
import { attributesIn } from './seat-items.ts'
import { accountsOf, usableOf } from './usable-products.ts'

/** Redeems of login tokens that portals got: one round of reads, one transaction. */
export const dynamoPortalRedeems = (
  directory: string,
  ephemeral: string,
): Pick<RedeemStore, 'find' | 'consumePortal'> => ({
  async find(credentialId, handle) {
    const { orgId } = placeOf(handle) ?? NOWHERE
    const [[credential, record, ...parties], accounts] = await Promise.all([
      readItems([
        { table: directory, key: directoryKeys.credential(credentialId) },
        { table: ephemeral, key: ephemeralKeys.login(handle) },
        ...partyKeys(handle).map((key) => ({ table: directory, key })),
      ]),
      accountsOf(directory, orgId),
    ])
    const login = portalLoginOf(handle, record)
    return {
      credential: credential as ProductCredential | undefined,
      ...(login && { portal: { login, bearer: bearerOf(parties, accounts) } }),
    }
  },

  async consumePortal({ login, nonce, traceId }, nowMs) {
    const { handle, secretHash, product } = login
    const Update = update(ephemeral, {
      key: ephemeralKeys.login(handle),
      set: { usedBy: nonce, usedAtMs: nowMs },
      condition: CONSUMABLE,
      values: { secretHash, product, now: nowMs },
    })
    const isDirect = login.arrivedAtMs === undefined
    const signIn = { kind: 'portal-redeem', traceId, nowMs } as const
    const spent = await writeAll([
      orSpent({ Update }),
      orSpent(receiptWrite(directory, login, { redeemedAtMs: nowMs })),
      ...(isDirect ? [orSpent(signInWrite(directory, login, signIn))] : []),
    ])
    return spent === undefined
  },
})

/** A portal's people have no subject: all that is known of them was read with the token. */
function bearerOf(parties: readonly (object | undefined)[], accounts: readonly object[]) {
  const summary = parties[SUMMARY]
  const products = usableOf(summary, accounts)
  return { ...partiesOf(parties), products, attributes: attributesIn(summary) }
}
