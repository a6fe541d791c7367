import type { ProviderKind } from '../idps/types.ts'
import type { PortalCause } from '../portals/errors.ts'
import type { SignInCause } from '../sign-in/errors.ts'
import type { LogoutCause } from '../sign-out/errors.ts'
import { documentHints } from './hints-document.ts'
import { accountHints, assertionHints } from './hints-identity.ts'
import { logoutHints } from './hints-logout.ts'
import { portalHints } from './hints-portal.ts'
import { signatureHints } from './hints-signature.ts'

/** Why a sign-in or a logout was refused. */
export type TraceCause = SignInCause | LogoutCause | PortalCause

/** What an admin can do about a refusal: in general, and where it is found in some products. */
export type Hint = { text: string; at?: Partial<Record<ProviderKind, string>> }

const hints = {
  ...documentHints,
  ...signatureHints,
  ...assertionHints,
  ...accountHints,
  ...logoutHints,
  ...portalHints,
} satisfies Record<TraceCause, Hint>

/** How to mend what was refused, for a provider of that kind (R40). */
export function hintFor(cause: TraceCause, kind: ProviderKind = 'other'): string {
  const { text, at }: Hint = hints[cause]
  const place = at?.[kind]
  return place === undefined ? text : `${text} ${place}`
}
