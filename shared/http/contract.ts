import type * as v from 'valibot'
import type { Role } from '../admin/caller.ts'
import type { ProblemCause } from './problem-table.ts'

/** A path parameter's form, and what is answered to what cannot be one. */
type IdForm = readonly [isId: (text: string) => boolean, unknown: ProblemCause]

type Status = 200 | 201 | 202 | 204

/**
 * What a route of the administration API takes and answers: the handler is given what it says, and
 * OpenAPI is written from it (R42).
 */
export type Operation = {
  summary: string
  /** Who may call; none: operators, whom IAM knows. */
  roles: readonly Role[]
  /** Path parameters beside `organization`. */
  ids?: Readonly<Record<string, IdForm>>
  query?: v.GenericSchema
  body?: v.GenericSchema
  /** Whether the caller must, or may, say which state it changes (RFC 9110 §13.1.1). */
  ifMatch?: 'required' | 'heeded'
  /** Whether Idempotency-Key is taken; where it is not, it is refused rather than overlooked. */
  isRepeatable?: true
  /** JSON of each answer, `null` where it has no body. */
  answers: Readonly<Partial<Record<Status, v.GenericSchema | null>>>
  /** What it refuses beside what every route may: see generalRefusals(). */
  refusals?: readonly ProblemCause[]
}

export type RouteKey = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`

/** The routes of a function, by route key as API Gateway spells it. */
export type Contract = Readonly<Record<RouteKey, Operation>>

const allRoles: readonly Role[] = ['admin', 'reader', 'setup', 'emergency']

/** What an operation refuses because of what it takes, and because of who calls it. */
export function generalRefusals(key: string, operation: Operation): readonly ProblemCause[] {
  const { query, body, ids = {}, ifMatch, isRepeatable, roles } = operation
  const isSafe = key.startsWith('GET ')
  return [
    'server_error',
    ...callerRefusals(isSafe, roles),
    ...new Set(Object.values(ids).map(([, unknown]) => unknown)),
    ...(body ? (['body_malformed', 'unsupported_type', 'too_large'] as const) : []),
    ...(body || query ? (['request_refused'] as const) : []),
    ...(ifMatch ? (['if_match_malformed', 'changed_meanwhile'] as const) : []),
    ...(ifMatch === 'required' ? (['precondition_required'] as const) : []),
    ...idempotencyRefusals(isSafe, isRepeatable),
  ]
}

/** Who may call the routes of operators, IAM has decided before. */
function callerRefusals(isSafe: boolean, roles: readonly Role[]): readonly ProblemCause[] {
  if (roles.length === 0) return []
  return [
    'unauthorized',
    'not_found',
    'too_many_requests',
    ...(isSafe ? [] : (['csrf'] as const)),
    ...(allRoles.every((role) => roles.includes(role)) ? [] : (['forbidden'] as const)),
  ]
}

function idempotencyRefusals(isSafe: boolean, isRepeatable?: true): readonly ProblemCause[] {
  if (isRepeatable) return ['idempotency_key_malformed', 'key_reused']
  return isSafe ? [] : ['idempotency_key_unsupported']
}
