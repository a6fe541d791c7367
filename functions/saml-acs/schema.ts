import { formFields, type HttpRequest, onlyValue } from '#shared/http/request.ts'
import { isOrgId } from '#shared/ids.ts'

/** RelayState is bounded by the binding (SAML Bindings 2.0 §3.5.3); many providers exceed its 80 bytes. */
const MAX_RELAY_STATE = 2048

/**
 * The form of the HTTP-POST binding (SAML Bindings 2.0 §3.5.4), and whose ACS it was posted to.
 * Undefined if a field is missing, repeated or too long.
 */
export function readSubmission(request: HttpRequest) {
  const organization = request.pathParameter('organization')
  if (organization !== undefined && !isOrgId(organization)) return undefined
  const fields = formFields(request)
  const samlResponse = fields && onlyValue(fields, 'SAMLResponse')
  if (!fields || !samlResponse || fields.getAll('RelayState').length > 1) return undefined
  const relayState = onlyValue(fields, 'RelayState')
  if (relayState !== undefined && relayState.length > MAX_RELAY_STATE) return undefined
  return { samlResponse, relayState, scope: organization ?? 'shared' }
}
