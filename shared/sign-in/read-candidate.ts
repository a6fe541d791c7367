import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { readResponse, type UnverifiedResponse } from '../saml/read-response.ts'
import { scanXml } from '../saml/scan.ts'
import { XmlError } from '../saml/xml-error.ts'
import type { Admitted } from './admit-response.ts'
import type { Candidate } from './judge-response.ts'
import { requestHandle } from './login-handle.ts'
import type { SignInRequest, SignInStore } from './ports.ts'
import type { Refused } from './refused.ts'

/** Parses the message, and finds the request that it answers where the search did not. */
export async function readCandidate(
  store: SignInStore,
  admitted: Admitted,
): Promise<Result<Candidate, Refused>> {
  const { bytes, idp, found } = admitted
  const read = readResponse(bytes)
  if (!read.ok) {
    const seeming = found.request && { request: found.request }
    return fail({ idp, ...seeming, ...parsed(bytes), refusal: read.error, stage: 'document' })
  }
  const unverified = read.value
  const request = await findRequest(store, admitted, unverified)
  const refused = refuseSender(admitted, unverified, request)
  if (refused) return fail({ idp, response: unverified.response, ...refused })
  const isAnswer = unverified.unverifiedInResponseTo !== undefined
  return ok({ idp, unverified, request: isAnswer ? request : undefined })
}

/** What a message that is refused for its structure looks like: parsed once more, for the trace. */
function parsed(bytes: Buffer): Pick<Refused, 'response'> {
  try {
    return { response: scanXml(bytes).root }
  } catch (error) {
    if (error instanceof XmlError) return {}
    throw error
  }
}

function findRequest(
  store: SignInStore,
  { found, lookup }: Admitted,
  { unverifiedInResponseTo }: UnverifiedResponse,
) {
  const handle = unverifiedInResponseTo && requestHandle(unverifiedInResponseTo)
  return !handle || handle === lookup.requestHandle ? found.request : store.findRequest(handle)
}

/** The document must be of whom, and answer what, its text seemed to: see admitResponse(). */
function refuseSender(
  { idp }: Admitted,
  { unverifiedIssuer: got, unverifiedInResponseTo }: UnverifiedResponse,
  request: SignInRequest | undefined,
): Pick<Refused, 'refusal' | 'stage' | 'request'> | undefined {
  const known = request && { request }
  if (got !== idp.entityId) {
    const other = refusal('assertion_issuer', { got, want: idp.entityId })
    return { ...known, refusal: other, stage: 'document' }
  }
  const isOurs = request?.idpId === idp.id
  if (unverifiedInResponseTo === undefined && isOurs) {
    const missing = refusal('in_response_to_missing', { want: request.requestId })
    return { ...known, refusal: missing, stage: 'request' }
  }
  if (unverifiedInResponseTo !== undefined && !request) {
    const unknown = refusal('request_unknown', { got: unverifiedInResponseTo })
    return { refusal: unknown, stage: 'request' }
  }
  // One that is not active was let in by what seemed to answer a test: it must answer just that.
  const isTested = isOurs && request.testId !== undefined
  if (idp.state === 'active' || isTested) return undefined
  return { refusal: refusal('idp_inactive'), stage: 'provider' }
}
