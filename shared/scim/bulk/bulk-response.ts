import { errorBody } from '../error-body.ts'
import { entityTag } from '../versions.ts'
import { isReference } from './references.ts'
import type { BulkOutcome } from './run-bulk.ts'

/**
 * What became of a bulk request: of a success its status, version and place, of a failure its error,
 * too.
 *
 * Source: RFC 7644 §3.7.3.
 *
 * @param baseUrl what locations begin with
 */
export const bulkResponse = (outcomes: readonly BulkOutcome[], baseUrl: string) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
  Operations: outcomes.map((outcome) => operationOf(outcome, baseUrl)),
})

function operationOf(outcome: BulkOutcome, baseUrl: string) {
  const { operation, answer } = outcome
  const { method, bulkId } = operation
  const location = locationOf(outcome, baseUrl)
  const named = {
    method,
    ...(bulkId !== undefined && { bulkId }),
    ...(location !== undefined && { location }),
  }
  if (!answer.ok) {
    return { ...named, status: String(answer.error.status), response: errorBody(answer.error) }
  }
  const { status, version } = answer.value
  const tag = version !== undefined && { version: entityTag(version) }
  return { ...named, ...tag, status: String(status) }
}

/** Where the resource is, or would be if there were one; what was not made is nowhere. */
function locationOf({ operation, answer, location }: BulkOutcome, baseUrl: string) {
  const made = answer.ok ? answer.value.location : location
  if (made !== undefined) return made
  const { type, target } = operation
  const isKnown = type !== undefined && target !== undefined && !isReference(target)
  return isKnown ? `${baseUrl}/${type}s/${encodeURIComponent(target)}` : undefined
}
