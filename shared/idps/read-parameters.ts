import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from '../saml/base64.ts'
import { refusal } from '../saml/errors.ts'
import { endpointWarnings } from './endpoint-warnings.ts'
import { type FieldProblem, fieldProblem } from './field-problem.ts'
import type { Parameters } from './management.ts'
import {
  MAX_ENTITY_ID,
  MAX_KEYS,
  type MetadataDocument,
  type SourceWarning,
} from './metadata-document.ts'
import { readProviderUrl } from './provider-url.ts'
import { readCertificate } from './signing-key.ts'
import type { Connection, Endpoint, LogoutEndpoint, SigningKey } from './types.ts'

/**
 * Turns parameters that an admin enters into what metadata would have said. Everything that is
 * wrong is told at once, each problem with its field.
 */
export function readParameters(
  parameters: Parameters,
): Result<MetadataDocument, readonly FieldProblem[]> {
  const problems: FieldProblem[] = []
  const { singleLogout: logout, wantsSignedRequests = false } = parameters
  const entityId = readEntityId(parameters.entityId, problems)
  const singleSignOn = readEndpoint(parameters.singleSignOn, 'singleSignOn', problems)
  const singleLogout = logout && readLogout(logout, problems)
  const { signingKeys, warnings } = readCertificates(parameters.certificates, problems)
  if (problems.length > 0) return fail(problems)
  const connection: Connection = {
    entityId,
    singleSignOn,
    ...(singleLogout && { singleLogout }),
    signingKeys,
    wantsSignedRequests,
  }
  return ok({
    connection,
    singleSignOnServices: [singleSignOn],
    singleLogoutServices: singleLogout ? [singleLogout] : [],
    nameIdFormats: [],
    warnings: [...endpointWarnings(connection), ...warnings],
  })
}

function readEntityId(text: string, problems: FieldProblem[]): string {
  const entityId = text.trim()
  const cause = entityIdCause(entityId)
  if (cause) problems.push(fieldProblem('entityId', refusal(cause, { got: entityId })))
  return entityId
}

function entityIdCause(entityId: string) {
  if (entityId === '') return 'entity_id_missing'
  if (entityId.length > MAX_ENTITY_ID) return 'entity_id_too_long'
  return IDENTIFIER.test(entityId) ? undefined : 'entity_id_malformed'
}

/** No white space, control character or half character: it was pasted wrong. */
const IDENTIFIER = /^[^\s\p{Cc}\p{Cs}]+$/u

function readUrl(text: string, field: string, problems: FieldProblem[]): string {
  const url = readProviderUrl(text)
  if (url.ok) return url.value
  problems.push(fieldProblem(field, url.error))
  return ''
}

const readEndpoint = (
  { binding, url }: Endpoint,
  field: string,
  problems: FieldProblem[],
): Endpoint => ({ binding, url: readUrl(url, `${field}.url`, problems) })

function readLogout(
  { responseUrl, ...endpoint }: LogoutEndpoint,
  problems: FieldProblem[],
): LogoutEndpoint {
  const read = readEndpoint(endpoint, 'singleLogout', problems)
  if (responseUrl === undefined) return read
  return { ...read, responseUrl: readUrl(responseUrl, 'singleLogout.responseUrl', problems) }
}

function readCertificates(texts: readonly string[], problems: FieldProblem[]) {
  const refused = countProblem(texts.length)
  if (refused) problems.push(refused)
  const keys = new Map<string, SigningKey>()
  const warnings: SourceWarning[] = []
  for (const [index, text] of texts.slice(0, MAX_KEYS).entries()) {
    const field = `certificates[${index}]`
    const key = readCertificate(uploadedText(text))
    if (!key.ok) {
      problems.push(fieldProblem(field, key.error))
      continue
    }
    const { fingerprint } = key.value
    if (keys.has(fingerprint)) {
      warnings.push({ code: 'certificate_repeated', field, got: fingerprint })
    }
    keys.set(fingerprint, key.value)
  }
  return { signingKeys: [...keys.values()], warnings }
}

function countProblem(count: number): FieldProblem | undefined {
  const counts = { got: `${count}`, want: `1 to ${MAX_KEYS}` }
  if (count === 0) return fieldProblem('certificates', refusal('certificates_missing', counts))
  if (count <= MAX_KEYS) return undefined
  return fieldProblem('certificates', refusal('certificates_too_many', counts))
}

/** A page that uploads a file sends its bytes in base64, and the file may be PEM already. */
function uploadedText(text: string): string {
  const file = decodeBase64(text)?.toString('latin1')
  return file?.includes('-----BEGIN ') ? file : text
}
