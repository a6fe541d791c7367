import type { IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { peekSender } from '../saml/peek.ts'
import { identitiesOf } from '../sign-in/identities.ts'
import type { ServiceProvider } from '../sign-in/service-provider.ts'
import { issuerKey } from '../sign-in/subject-key.ts'
import type { Arrival, RefusedLogout } from './arrival.ts'
import { logoutHandle } from './logout-handle.ts'
import type { FoundForLogout, LogoutLookup, SignOutStore } from './ports.ts'

/** A message whose sender may speak to us. Nothing of it has been parsed. */
export type AdmittedMessage = {
  idp: IdentityProvider
  /** Whom the provider may take us for; not empty. */
  identities: readonly ServiceProvider[]
  found: FoundForLogout
  lookup: LogoutLookup
}

/**
 * Lets a message in, or not, by who seems to have sent it: what an unknown, removed or deactivated
 * provider sends, or one at another organization's identifiers, is not parsed (R11).
 */
export async function admitMessage(
  store: SignOutStore,
  { message, scope, publicUrl }: Arrival,
): Promise<Result<AdmittedMessage, RefusedLogout>> {
  const { issuer, nameId, inResponseTo } = peekSender(message.bytes)
  if (issuer === undefined) return fail({ refusal: refusal('idp_unknown', { want: 'Issuer' }) })
  const lookup: LogoutLookup = {
    issuerKey: issuerKey(scope, issuer),
    ...(nameId !== undefined && { nameId }),
    ...(inResponseTo !== undefined && { logoutHandle: logoutHandle(inResponseTo) }),
  }
  const found = await store.find(lookup)
  const { idp } = found
  if (!idp) return fail({ refusal: refusal('idp_unknown', { got: issuer }) })
  if (idp.state !== 'active') return fail({ refusal: refusal('idp_inactive'), idp })
  const identities = identitiesOf(idp, scope, publicUrl)
  const isInScope = identities.length > 0
  return isInScope
    ? ok({ idp, identities, found, lookup })
    : fail({ refusal: refusal('organization_mismatch', { got: scope }), idp })
}
