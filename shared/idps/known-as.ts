import { ok, type Result } from '../result.ts'
import { type ServiceProvider, serviceProviderFor } from '../sign-in/service-provider.ts'
import { changeProvider, type Target } from './change-provider.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import type { ProviderRecord, ProviderStore } from './ports.ts'
import type { IdentityProvider, KnownAs } from './types.ts'

/** The one thing that an admin may have to do at the provider. */
const UPDATE_PROVIDER = 'update-provider'

/** What the provider was told of us, and what it has to be told now (R11). */
export type Task = { id: typeof UPDATE_PROVIDER; former: ServiceProvider; present: ServiceProvider }

/** What to enter at the provider: who we are to it. */
export const presentIdentity = (
  { identifiers, orgId }: Pick<IdentityProvider, 'identifiers' | 'orgId'>,
  publicUrl: string,
) => serviceProviderFor(publicUrl, identifiers, orgId)

/** As long as it is there, the former and the present values are both accepted. */
export function pendingTask(idp: IdentityProvider, publicUrl: string): Task | undefined {
  const { knownAs, orgId, identifiers } = idp
  if (!knownAs || isSame(knownAs, { publicUrl, identifiers })) return undefined
  return {
    id: UPDATE_PROVIDER,
    former: serviceProviderFor(knownAs.publicUrl, knownAs.identifiers, orgId),
    present: presentIdentity(idp, publicUrl),
  }
}

/** "My identity provider has been updated": from now on only the present values are accepted. */
export const completeTask = (
  store: Pick<ProviderStore, 'find' | 'change'>,
  target: Target,
  { task, publicUrl }: { task: string; publicUrl: string },
): Promise<Result<ProviderRecord, ProviderRefusal>> =>
  changeProvider(store, target, ({ idp, management }) => {
    if (task !== UPDATE_PROVIDER || !pendingTask(idp, publicUrl)) return refused('task_unknown')
    const knownAs: KnownAs = { publicUrl, identifiers: idp.identifiers }
    return ok({ idp: { ...idp, knownAs }, management, event: 'updated' })
  })

const isSame = (one: KnownAs, other: KnownAs) =>
  one.publicUrl === other.publicUrl && one.identifiers === other.identifiers
