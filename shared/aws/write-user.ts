import type { Home } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { condition } from './item-writes.ts'
import type { RowFailure } from './user-rows.ts'

/** Why a user is not written. */
export type UserFailure = RowFailure | 'user_name_in_use' | 'last_admin' | 'changed_meanwhile'

/** The organization must be as it was read, where its domains were relied on. */
export const unchangedHome = (
  directory: string,
  home: Home | undefined,
): GuardedWrite<'changed_meanwhile'>[] => {
  if (!home) return []
  const ConditionCheck = condition(directory, {
    key: directoryKeys.organization(home.orgId),
    condition: '#rev = :revision',
    values: { revision: home.revision },
  })
  return [{ write: { ConditionCheck }, onFailure: () => 'changed_meanwhile' }]
}

/** Writes, and says in one word why not. */
export async function writeUser<Failure>(
  writes: readonly GuardedWrite<Failure | RowFailure>[],
): Promise<Failure | 'changed_meanwhile' | 'email_in_use' | undefined> {
  const failure = await writeAll<Failure | RowFailure>(writes)
  return isEmailFailure(failure) ? 'email_in_use' : failure
}

const isEmailFailure = (failure: unknown): failure is Exclude<RowFailure, string> =>
  typeof failure === 'object' && failure !== null && 'emailOf' in failure
