import { formFields, type HttpRequest, onlyValue } from '#shared/http/request.ts'
import { isOrgId } from '#shared/ids.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { decodeMessage } from '#shared/saml/decode-message.ts'
import { refusal } from '#shared/saml/errors.ts'
import { readRedirect } from '#shared/saml/read-redirect.ts'
import type { Arrival, RefusedLogout } from '#shared/sign-out/arrival.ts'

/** RelayState is bounded by the binding (SAML Bindings 2.0 §3.4.3); many exceed its 80 bytes. */
const MAX_RELAY_STATE = 2048

type Message = Pick<Arrival, 'message' | 'parameter' | 'relayState'>
type Read<T> = Result<T, RefusedLogout>

const malformed = fail({ refusal: refusal('form_malformed') })

/** The message of either binding, and whose single logout service it came to. */
export function readArrival(request: HttpRequest): Read<Message & Pick<Arrival, 'scope'>> {
  const organization = request.pathParameter('organization')
  if (organization !== undefined && !isOrgId(organization)) return malformed
  const read = request.method === 'POST' ? readPost(request) : readQuery(request)
  if (!read.ok) return read
  const { relayState = '' } = read.value
  if (relayState.length > MAX_RELAY_STATE) return malformed
  return ok({ ...read.value, scope: organization ?? 'shared' })
}

function readQuery({ rawQuery }: HttpRequest): Read<Message> {
  const read = readRedirect(rawQuery)
  if (!read.ok) return fail({ refusal: read.error })
  const { bytes, signature, parameter, relayState } = read.value
  return ok({ message: { binding: 'redirect', bytes, signature }, parameter, relayState })
}

function readPost(request: HttpRequest): Read<Message> {
  const fields = formFields(request)
  if (!fields || fields.getAll('RelayState').length > 1) return malformed
  const isRequest = fields.has('SAMLRequest')
  if (isRequest === fields.has('SAMLResponse')) return malformed
  const parameter = isRequest ? 'SAMLRequest' : 'SAMLResponse'
  const field = onlyValue(fields, parameter)
  if (field === undefined) return malformed
  const bytes = decodeMessage(field)
  if (!bytes.ok) return fail({ refusal: bytes.error })
  const relayState = onlyValue(fields, 'RelayState')
  return ok({ message: { binding: 'post', bytes: bytes.value }, parameter, relayState })
}
