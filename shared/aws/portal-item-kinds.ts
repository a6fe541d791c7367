import type { SsoTokenId } from '../ids.ts'
import * as directoryKeys from './directory-keys.ts'
import type { ItemKind } from './item-kind.ts'

/** What partner portals come by, beside the receipts of what they got. */
export const portalItemKinds: readonly ItemKind[] = [
  {
    name: 'SSO token',
    pk: 'ssotokens#{org}',
    sk: 'sso_{digits}*',
    ...{ isEntrance: true, isOurs: true },
    links: ({ sk }) => ({ items: [directoryKeys.scheduledSsoToken(sk as SsoTokenId)] }),
    event: ({ removedAt }) =>
      removedAt === undefined ? 'latchkey.sso-token.created.v1' : undefined,
  },
  {
    name: 'SSO token in the schedule',
    pk: 'ssotokens',
    sk: 'sso_{digits}*',
    ...{ isEntrance: true, isOurs: true },
  },
]
