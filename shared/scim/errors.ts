/** The scimType of an answer (RFC 7644 §3.12, RFC 9865 §2.1). */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** Why a request is not done, as its client is told. */
export type ScimError = {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 429 | 500 | 501 | 503
  scimType?: ScimType
  detail: string
  /** Seconds to wait. */
  retryAfter?: number
  /** Methods that the path takes. */
  allow?: readonly string[]
}

/** A bad request: it would be as bad another time. */
const bad = (scimType: ScimType) => (detail: string) =>
  ({ status: 400, scimType, detail }) as const satisfies ScimError

export const invalidFilter = bad('invalidFilter')
export const tooMany = bad('tooMany')
export const mutability = bad('mutability')
export const invalidSyntax = bad('invalidSyntax')
export const invalidPath = bad('invalidPath')
export const noTarget = bad('noTarget')
export const invalidValue = bad('invalidValue')
export const invalidCursor = bad('invalidCursor')
export const expiredCursor = bad('expiredCursor')
export const invalidCount = bad('invalidCount')

/** RFC 7644 §7.5.2: what is secret is not searched for. */
export const sensitive = (detail: string) =>
  ({ status: 403, scimType: 'sensitive', detail }) as const satisfies ScimError

/** RFC 7644 §3.3: another resource has it already. */
export const uniqueness = (detail: string) =>
  ({ status: 409, scimType: 'uniqueness', detail }) as const satisfies ScimError

/** It contradicts what there is. */
export const conflict = (detail: string) => ({ status: 409, detail }) as const satisfies ScimError

/** Others write the same so fast that this came too late, again and again. */
export const busy = {
  status: 503,
  detail: 'Others change the same resource at this moment',
  retryAfter: 1,
} as const satisfies ScimError

export const notFound = (detail: string) => ({ status: 404, detail }) as const satisfies ScimError

/** It was changed meanwhile, or is not as If-Match says. */
export const versionMismatch = (detail: string) =>
  ({ status: 412, detail }) as const satisfies ScimError

/** RFC 9110 §15.5.6. */
export const methodNotAllowed = (allow: readonly string[]) =>
  ({ status: 405, detail: `This takes ${allow.join(', ')}`, allow }) as const satisfies ScimError

export const tooLarge = (detail: string) => ({ status: 413, detail }) as const satisfies ScimError

export const unsupportedType = (detail: string) =>
  ({ status: 415, detail }) as const satisfies ScimError

export const notImplemented = (detail: string) =>
  ({ status: 501, detail }) as const satisfies ScimError

/** @param retryAfter seconds */
export const tooManyRequests = (retryAfter: number) =>
  ({ status: 429, detail: 'Too many requests', retryAfter }) as const satisfies ScimError

/** Nothing is written before an administrator resumes the directory. */
export const paused = {
  status: 503,
  detail: 'An administrator has to resume this directory before it takes changes',
  retryAfter: 600,
} as const satisfies ScimError

/** So much of a client's text as an answer repeats. */
export const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text)
