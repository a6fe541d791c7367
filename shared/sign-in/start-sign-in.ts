import type { IdpId } from '../ids.ts'
import { isAllowedTarget } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { authnRequest } from '../saml/authn-request.ts'
import { refusal } from '../saml/errors.ts'
import { redirectUrl } from '../saml/redirect-binding.ts'
import { toSeconds } from '../time.ts'
import type { Refused } from './judge-response.ts'
import type { RequestStore } from './ports.ts'
import { serviceProviderFor } from './service-provider.ts'

/** A browser that asks to be signed in at a provider. */
export type Start = {
  idpId: IdpId
  product?: string | undefined
  target?: string | undefined
  publicUrl: string
  /** A fresh SAML message ID. */
  requestId: string
  nowMs: number
}

/** How long a person may take at the provider. */
const REQUEST_LIFETIME_SECONDS = 600

/**
 * Starts a sign-in: the address of the provider with an AuthnRequest. The request is recorded while
 * the provider is read, in one round trip: a record that no redirect follows merely expires.
 *
 * Source: SAML Profiles 2.0 §4.1.4.1; SAML Bindings 2.0 §3.4.
 */
export async function startSignIn(
  store: RequestStore,
  start: Start,
): Promise<Result<{ location: string }, Refused>> {
  const { idpId, product, target, requestId } = start
  const now = toSeconds(start.nowMs)
  const [{ idp, catalogue }] = await Promise.all([
    store.findProvider(idpId),
    store.saveRequest({
      requestId,
      idpId,
      ...(product !== undefined && { product }),
      ...(target !== undefined && { target }),
      validUntil: now + REQUEST_LIFETIME_SECONDS,
      isUsed: false,
    }),
  ])
  if (!idp) return fail({ refusal: refusal('idp_unknown', { got: idpId }) })
  if (idp.state !== 'active') return fail({ refusal: refusal('idp_inactive'), idp })
  const refused = refuseLanding(catalogue, { product: product ?? idp.defaultProduct, target })
  if (refused) return fail({ refusal: refused, idp })
  const us = serviceProviderFor(start.publicUrl, idp.identifiers, idp.orgId)
  const message = authnRequest({
    id: requestId,
    issueInstant: now,
    destination: idp.singleSignOnUrl,
    issuer: us.entityId,
    acsUrl: us.acsUrl,
  })
  return ok({ location: redirectUrl(idp.singleSignOnUrl, message) })
}

function refuseLanding(
  catalogue: Catalogue,
  { product: key, target }: { product: string; target: string | undefined },
) {
  const product = catalogue.get(key)
  if (!product) return refusal('product_unknown', { got: key })
  const isAllowed = target === undefined || isAllowedTarget(product, target)
  return isAllowed ? undefined : refusal('target_forbidden', { got: target })
}
