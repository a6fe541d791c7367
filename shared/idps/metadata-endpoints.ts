import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { attributeOf, childrenNamed, type XmlElement } from '../saml/xml-tree.ts'
import { METADATA_NAMESPACE } from './metadata-entity.ts'
import { readProviderUrl } from './provider-url.ts'
import type { Binding, Endpoint, LogoutEndpoint } from './types.ts'

type EndpointCause = 'metadata_sign_on_missing' | 'metadata_sign_on_url' | 'metadata_logout_url'

/** What a role offers; the first of each is the one to use. */
type Services = {
  singleSignOn: readonly [Endpoint, ...Endpoint[]]
  singleLogout: readonly LogoutEndpoint[]
}

/** In the order in which we like them: Redirect needs no page between, and no script. */
const bindings: readonly (readonly [uri: string, binding: Binding])[] = [
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'redirect'],
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', 'post'],
]

/**
 * Reads where a provider takes requests, by the bindings that we speak: the first service of each,
 * Redirect before POST.
 *
 * Source: SAML Metadata 2.0 §2.2.2 (EndpointType), §2.4.2 (SingleLogoutService), §2.4.3.
 */
export function readServices(role: XmlElement): Result<Services, Refusal<EndpointCause>> {
  const singleSignOn = readAll(role, 'SingleSignOnService', 'metadata_sign_on_url')
  if (!singleSignOn.ok) return singleSignOn
  const [first, ...others] = singleSignOn.value
  if (!first) {
    const want = bindings.map(([uri]) => uri).join(' ')
    return fail(refusal('metadata_sign_on_missing', { want }))
  }
  const singleLogout = readAll(role, 'SingleLogoutService', 'metadata_logout_url')
  if (!singleLogout.ok) return singleLogout
  return ok({
    singleSignOn: [withoutResponse(first), ...others.map(withoutResponse)],
    singleLogout: singleLogout.value,
  })
}

function readAll<const Cause extends EndpointCause>(role: XmlElement, name: string, cause: Cause) {
  const found: LogoutEndpoint[] = []
  const services = childrenNamed(role, METADATA_NAMESPACE, name)
  for (const [uri, binding] of bindings) {
    const service = services.find((one) => attributeOf(one, 'Binding') === uri)
    if (!service) continue
    const endpoint = readEndpoint(service, binding)
    if (!endpoint.ok) return fail(refusal(cause, endpoint.error))
    found.push(endpoint.value)
  }
  return ok(found)
}

function readEndpoint(service: XmlElement, binding: Binding) {
  const url = readProviderUrl(attributeOf(service, 'Location') ?? '')
  if (!url.ok) return fail(shown(url.error))
  const responseLocation = attributeOf(service, 'ResponseLocation')
  if (responseLocation === undefined) return ok({ binding, url: url.value })
  const responseUrl = readProviderUrl(responseLocation)
  if (!responseUrl.ok) return fail(shown(responseUrl.error))
  return ok({ binding, url: url.value, responseUrl: responseUrl.value })
}

const shown = ({ cause, got = '' }: Refusal<string>) => ({ got: `${cause} ${got}`.trim() })

/** ResponseLocation has no meaning for single sign-on (SAML Metadata 2.0 §2.4.3). */
const withoutResponse = ({ binding, url }: LogoutEndpoint): Endpoint => ({ binding, url })
