import type { SignIn } from '../sign-in/ports.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { condition } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'

/**
 * The organization has no directories: else they are asked before anybody comes to exist. A first
 * sign-in where there are none reads nothing for it.
 */
export const hasNoDirectory = (
  table: string,
  { idp }: SignIn,
): GuardedWrite<'has_directories'> => ({
  write: {
    ConditionCheck: condition(table, {
      key: scimKeys.directoryCount(idp.orgId),
      condition: 'attribute_not_exists(#count) OR #count = :none',
      values: { none: 0 },
    }),
  },
  onFailure: () => 'has_directories',
})
