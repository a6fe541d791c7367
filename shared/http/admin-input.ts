import { fail, ok, type Result } from '../result.ts'
import { readBody, readQuery } from './admin-body.ts'
import type { Operation } from './contract.ts'
import { type RepeatableCall, readIdempotencyKey } from './idempotency-key.ts'
import { readIfMatch } from './preconditions.ts'
import { refuse } from './refuse.ts'
import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

type Input = {
  ids: Readonly<Record<string, string>>
  query: unknown
  body: unknown
  seen: readonly string[] | undefined
  repeatable: RepeatableCall | undefined
}

/** Reads all that an operation takes, or answers what is wrong with it. */
export function readInput(
  operation: Operation,
  request: HttpRequest,
  callerId: string,
): Result<Input, HttpResponse> {
  const ids = readIds(operation, request)
  if (!ids.ok) return ids
  const repeatable = readRepeatable(operation, request, callerId)
  if (!repeatable.ok) return repeatable
  const seen = operation.ifMatch
    ? readIfMatch(request, operation.ifMatch === 'required')
    : ok(undefined)
  if (!seen.ok) return seen
  const query = operation.query ? readQuery(request, operation.query) : ok(undefined)
  if (!query.ok) return query
  const body = operation.body ? readBody(request, operation.body) : ok(undefined)
  if (!body.ok) return body
  return ok({
    ids: ids.value,
    query: query.value,
    body: body.value,
    seen: seen.value,
    repeatable: repeatable.value,
  })
}

function readIds({ ids = {} }: Operation, { pathParameter }: HttpRequest) {
  const read: Record<string, string> = {}
  for (const [name, [isId, unknown]] of Object.entries(ids)) {
    const text = pathParameter(name) ?? ''
    if (!isId(text)) return fail(refuse(unknown))
    read[name] = text
  }
  return ok(read)
}

function readRepeatable({ isRepeatable }: Operation, request: HttpRequest, callerId: string) {
  if (isRepeatable) return readIdempotencyKey(request, callerId)
  const isNamed = request.header('idempotency-key') !== undefined && request.method !== 'GET'
  return isNamed ? fail(refuse('idempotency_key_unsupported')) : ok(undefined)
}
