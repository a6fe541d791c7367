import { ok, type Result } from '../result.ts'
import { isOutdated, type Target } from './change-provider.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import type { ProviderStore } from './ports.ts'

/**
 * Removes a provider for good: its keys go at once, and its entity ID is free for another (R11).
 *
 * @param confirmation the provider's name, as the admin has typed it
 */
export async function removeProvider(
  store: Pick<ProviderStore, 'find' | 'remove'>,
  { orgId, idpId, act, seen }: Target,
  confirmation: string | undefined,
): Promise<Result<undefined, ProviderRefusal>> {
  const record = await store.find(orgId, idpId)
  if (!record) return refused('provider_unknown')
  if (isOutdated(record, seen)) return refused('changed_meanwhile')
  if (confirmation !== record.idp.name) return refused('confirmation_wrong')
  const error = await store.remove(record, act)
  return error ? refused(error) : ok(undefined)
}
