import { ok, type Result } from '../result.ts'
import { changeProvider, type Target } from './change-provider.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import { usableKeys } from './key-expiry.ts'
import type { ProviderRecord, ProviderStore } from './ports.ts'

type Store = Pick<ProviderStore, 'find' | 'change'>
type Changed = Promise<Result<ProviderRecord, ProviderRefusal>>

/** Lets people sign in by a provider, if one of its certificates can verify what it says (R11). */
export const activateProvider = (store: Store, target: Target): Changed =>
  changeProvider(store, target, ({ idp, management }) => {
    if (idp.state === 'active') return ok(undefined)
    if (usableKeys(idp, target.act.at).length === 0) return refused('certificates_expired')
    const activatedAt = management.activatedAt ?? target.act.at
    const managed = { ...management, activatedAt }
    return ok({ idp: { ...idp, state: 'active' }, management: managed, event: 'activated' })
  })

/** Blocks every path of a provider at once; all that is configured stays (R11). */
export const deactivateProvider = (store: Store, target: Target): Changed =>
  changeProvider(store, target, ({ idp, management }) =>
    idp.state === 'inactive'
      ? ok(undefined)
      : ok({ idp: { ...idp, state: 'inactive' }, management, event: 'deactivated' }),
  )
