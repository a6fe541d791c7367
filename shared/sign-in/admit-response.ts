import type { IdentityProvider } from '../idps/types.ts'
import { withOrganizationCenter } from '../products/organization-center.ts'
import { fail, ok, type Result } from '../result.ts'
import { decodeMessage } from '../saml/decode-message.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { type Peeked, peekSender } from '../saml/peek.ts'
import type { SignInCause } from './errors.ts'
import { identitiesOf } from './identities.ts'
import { requestHandle } from './login-handle.ts'
import type { Found, Lookup, SignInStore } from './ports.ts'
import type { Refused } from './refused.ts'
import { issuerKey } from './subject-key.ts'
import type { Submission } from './submission.ts'

/** A message whose sender may speak to us. Nothing of it has been parsed. */
export type Admitted = { bytes: Buffer; idp: IdentityProvider; found: Found; lookup: Lookup }

/**
 * Lets a message in, or not, by who seems to have sent it: what an unknown, removed or deactivated
 * provider sends, or one at another organization's identifiers, is not parsed (R11).
 */
export async function admitResponse(
  store: SignInStore,
  submission: Submission,
): Promise<Result<Admitted, Refused>> {
  const bytes = decodeMessage(submission.samlResponse)
  if (!bytes.ok) return fail({ refusal: bytes.error, stage: 'message' })
  const peeked = peekSender(bytes.value)
  const { issuer } = peeked
  if (issuer === undefined) {
    return fail({ refusal: refusal('idp_unknown', { want: 'Issuer' }), stage: 'provider' })
  }
  const lookup = lookupOf({ ...peeked, issuer }, submission)
  const stored = await store.find(lookup)
  const catalogue = withOrganizationCenter(stored.catalogue, submission.publicUrl)
  const found = { ...stored, catalogue }
  const { idp, request } = found
  const known = { stage: 'provider', ...(request && { request }) } as const
  if (!idp) return fail({ ...known, refusal: refusal('idp_unknown', { got: issuer }) })
  const refused = refuseProvider(idp, found, submission)
  return refused
    ? fail({ ...known, refusal: refused, idp })
    : ok({ bytes: bytes.value, idp, found, lookup })
}

/** What the unverified text says chooses what is read; it decides nothing. */
function lookupOf(
  { issuer, nameId, inResponseTo }: Peeked & { issuer: string },
  { scope, relayState }: Submission,
): Lookup {
  const handle = inResponseTo === undefined ? handleIn(relayState) : requestHandle(inResponseTo)
  return {
    issuerKey: issuerKey(scope, issuer),
    ...(nameId !== undefined && { nameId }),
    ...(handle !== undefined && { requestHandle: handle }),
  }
}

/** Our own RelayState is the handle of its request: it tells whose answer has lost its InResponseTo. */
const handleIn = (relayState: string | undefined) =>
  relayState !== undefined && /^[\w-]{43}$/.test(relayState) ? relayState : undefined

function refuseProvider(
  idp: IdentityProvider,
  { request }: Found,
  { scope, publicUrl }: Submission,
): Refusal<SignInCause> | undefined {
  // An admin may try a provider out before it is active.
  const isTested = idp.state === 'inactive' && request?.testId && request.idpId === idp.id
  if (idp.state !== 'active' && !isTested) return refusal('idp_inactive')
  const isInScope = identitiesOf(idp, scope, publicUrl).length > 0
  return isInScope ? undefined : refusal('organization_mismatch', { got: scope })
}
