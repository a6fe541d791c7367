import { fail, ok, type Result } from '../result.ts'
import type { Access, AccessAct, AccessKey } from './access.ts'
import type { AccessStore } from './access-ports.ts'

export type RemoveError = 'account_unknown' | 'user_unknown' | 'changed_meanwhile'

const MAX_ATTEMPTS = 10

/**
 * Takes a user's access away, granted or waiting: its seat goes to who is next in the queue in the
 * same write. Where there is none, nothing happens: removing twice is one removal.
 *
 * @param by `rules` leaves alone what an admin gave (R23)
 * @returns what was taken away
 */
export async function removeAccess(
  store: AccessStore,
  key: AccessKey,
  act: AccessAct,
  by: 'admin' | 'rules' = 'admin',
): Promise<Result<Access | undefined, RemoveError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [{ account, access, isUser }, next] = await Promise.all([
      store.find(key),
      store.findNext(key),
    ])
    if (!account) return fail('account_unknown')
    if (!access && !isUser && by === 'admin') return fail('user_unknown')
    if (!access || (by === 'rules' && access.grantedBy === 'admin')) return ok(undefined)
    const error = await store.take(key, { access, next }, act)
    if (!error) return ok(access)
  }
  return fail('changed_meanwhile')
}
