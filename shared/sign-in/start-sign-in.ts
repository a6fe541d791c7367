import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, TestId } from '../ids.ts'
import { allowedLanding } from '../products/landing.ts'
import { withOrganizationCenter } from '../products/organization-center.ts'
import type { Catalogue, Product } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { authnRequest } from '../saml/authn-request.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { type Departure, sendMessage } from '../saml/send-message.ts'
import type { Sign } from '../saml/sign-message.ts'
import { toSeconds } from '../time.ts'
import type { SignInCause } from './errors.ts'
import { requestHandle } from './login-handle.ts'
import type { RequestStore, SignInRequest } from './ports.ts'
import type { Refused } from './refused.ts'
import { serviceProviderKnownTo } from './service-provider.ts'
import type { SignInTest } from './test-ports.ts'

/** A browser that asks to be signed in at a provider. */
export type Start = {
  idpId: IdpId
  product?: string | undefined
  target?: string | undefined
  /** A test that an admin asked for; also of a provider that is not active yet (R11). */
  testId?: TestId | undefined
  publicUrl: string
  /** A fresh SAML message ID. */
  requestId: string
  nowMs: number
}

export type StartPorts = { requests: RequestStore; sign: Sign }

/** How long a person may take at the provider. */
const REQUEST_LIFETIME_SECONDS = 600

/**
 * Starts a sign-in: an AuthnRequest for the provider, by its binding, signed where it is to be. The
 * request is recorded while the provider is read, in one round trip: a record that no browser
 * follows merely expires. A signature is the second one, and beside it the record is completed by
 * what the product asks of the provider, which only the first one tells.
 *
 * Source: SAML Profiles 2.0 §4.1.4.1.
 */
export async function startSignIn(
  { requests, sign }: StartPorts,
  start: Start,
): Promise<Result<Departure, Refused>> {
  const request = newRequest(start)
  const [{ idp, catalogue, test }] = await Promise.all([
    requests.findProvider(start.idpId, start.testId),
    requests.saveRequest(request),
  ])
  if (!idp) {
    return fail({ refusal: refusal('idp_unknown', { got: start.idpId }), stage: 'provider' })
  }
  const refused = refuseProvider(idp, test, start)
  if (refused) return fail({ refusal: refused, stage: 'provider', idp })
  const products = withOrganizationCenter(catalogue, start.publicUrl)
  const product = landingProduct(products, idp, start)
  if (!product.ok) return fail({ refusal: product.error, stage: 'landing', idp })
  const wanted = checkableOf(product.value)
  const [departure] = await Promise.all([
    depart({ idp, product: product.value, start, sign }),
    wanted && requests.saveRequest({ ...request, ...wanted }),
  ])
  return ok(departure)
}

/** Only an active provider signs people in; one that is not removed can be tried out before. */
function refuseProvider(
  { id, state }: IdentityProvider,
  test: SignInTest | undefined,
  { testId, nowMs }: Start,
): Refusal<SignInCause> | undefined {
  if (state === 'removed') return refusal('idp_inactive')
  if (testId === undefined) return state === 'active' ? undefined : refusal('idp_inactive')
  const isOpen = test?.idpId === id && test.at === undefined && toSeconds(nowMs) < test.validUntil
  return isOpen ? undefined : refusal('test_unknown')
}

function newRequest({ requestId, idpId, product, target, testId, nowMs }: Start): SignInRequest {
  const issuedAt = toSeconds(nowMs)
  return {
    requestId,
    idpId,
    ...(product !== undefined && { product }),
    ...(target !== undefined && { target }),
    ...(testId !== undefined && { testId }),
    issuedAt,
    validUntil: issuedAt + REQUEST_LIFETIME_SECONDS,
    isUsed: false,
  }
}

/**
 * The product that the browser will come to: the default one where what is asked for is not on the
 * list, as the ACS will decide too, with a note in the trace (R18).
 */
function landingProduct(
  catalogue: Catalogue,
  { defaultProduct }: IdentityProvider,
  { product: asked, target }: Start,
): Result<Product, Refusal<SignInCause>> {
  const landing = allowedLanding(catalogue, asked ?? defaultProduct, target)
  const key = landing?.product ?? defaultProduct
  const product = catalogue.get(key)
  return product ? ok(product) : fail(refusal('product_unknown', { got: key }))
}

/**
 * What the response can be held to. Classes have no order that we know of, so only an exact
 * comparison can be checked (SAML Core 2.0 §3.3.2.2.1 leaves the others to the provider).
 */
function checkableOf({ forceAuthn, authnContext }: Product) {
  const { classRefs = [], comparison = 'exact' } = authnContext ?? {}
  const isCheckable = comparison === 'exact' && classRefs.length > 0
  if (!forceAuthn && !isCheckable) return undefined
  return {
    ...(forceAuthn && { forceAuthn }),
    ...(isCheckable && { authnContext: classRefs }),
  }
}

type Leaving = { idp: IdentityProvider; product: Product; start: Start; sign: Sign }

/** RelayState is the handle of the request: it tells the provider nothing (R18). */
function depart({ idp, product, start, sign }: Leaving): Promise<Departure> {
  const { binding, url } = idp.singleSignOn
  const us = serviceProviderKnownTo(idp, start.publicUrl)
  const message = authnRequest({
    id: start.requestId,
    issueInstant: toSeconds(start.nowMs),
    destination: url,
    issuer: us.entityId,
    acsUrl: us.acsUrl,
    forceAuthn: product.forceAuthn,
    authnContext: product.authnContext,
  })
  const isSigned = idp.signsRequests ?? idp.wantsSignedRequests
  const relayState = requestHandle(start.requestId)
  const outgoing = { location: url, parameter: 'SAMLRequest', message, relayState } as const
  return sendMessage(binding, outgoing, isSigned ? sign : undefined)
}
