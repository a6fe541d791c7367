import { fail, ok, type Result } from '../result.ts'
import {
  type Access,
  type AccessAct,
  type AccessKey,
  type GrantedBy,
  hasFreeSeat,
} from './access.ts'
import type { AccessStore, FoundAccess } from './access-ports.ts'
import { promoteWaiting } from './promote-waiting.ts'

/** Why access is not given. */
export type GrantError =
  | 'account_unknown'
  | 'account_without_product'
  | 'user_unknown'
  | 'no_seats'
  | 'too_many_accesses'
  | 'changed_meanwhile'

export type Granted = { access: Access; isNew: boolean }

/** Each costs two calls. So many fail only where dozens of changes meet for seconds. */
const MAX_ATTEMPTS = 10

/**
 * Gives a user access to a product by a seat of an account; with the policy `queue`, a place in the
 * queue where no seat is free. Granting twice is one grant; an admin's grant of what a rule gave
 * makes it the admin's.
 *
 * Source: R20, R23.
 */
export async function grantAccess(
  store: AccessStore,
  { grantedBy, ...key }: AccessKey & { grantedBy: GrantedBy },
  act: AccessAct,
): Promise<Result<Granted, GrantError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const found = await findSettled(store, key, act)
    const { access } = found
    if (access && !isTakenOver(access, grantedBy)) return ok({ access, isNew: false })
    const given = access
      ? await store.takeOver(key, access, act)
      : await giveNew(store, { ...key, grantedBy }, found, act)
    if (given.ok) return ok({ access: given.value, isNew: true })
    if (given.error !== 'changed_meanwhile') return given
  }
  return fail('changed_meanwhile')
}

/** Seats that are free while people wait are theirs: whoever freed them did not come to the end. */
async function findSettled(store: AccessStore, key: AccessKey, act: AccessAct) {
  const found = await store.find(key)
  const { count } = found
  if (!count || count.waiting === 0 || count.used >= count.seats) return found
  await promoteWaiting(store, key, act)
  return store.find(key)
}

async function giveNew(
  store: AccessStore,
  { grantedBy, ...key }: AccessKey & { grantedBy: GrantedBy },
  found: FoundAccess,
  act: AccessAct,
): Promise<Result<Access, GrantError>> {
  const state = stateFor(found)
  return state.ok ? store.give(key, { state: state.value, grantedBy }, act) : state
}

const isTakenOver = (access: Access, grantedBy: GrantedBy) =>
  grantedBy === 'admin' && access.grantedBy !== 'admin'

function stateFor({ account, count, isUser }: FoundAccess): Result<Access['state'], GrantError> {
  if (!account) return fail('account_unknown')
  if (!isUser) return fail('user_unknown')
  if (!count) return fail('account_without_product')
  if (hasFreeSeat(count)) return ok('granted')
  return account.overAllocation === 'queue' ? ok('queued') : fail('no_seats')
}
