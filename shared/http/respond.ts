/** What a handler answers, in API Gateway's payload format 2.0. */
export type HttpResponse = {
  statusCode: number
  headers: Record<string, string>
  body: string
  /** As `Set-Cookie` has them. */
  cookies?: readonly string[]
}

/** Nothing that we answer may be guessed at, framed or kept by a cache unless it says so. */
const common = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export const respond = (
  statusCode: number,
  headers: Record<string, string>,
  body = '',
): HttpResponse => ({ statusCode, headers: { ...common, ...headers }, body })

export const json = (
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResponse =>
  respond(statusCode, { 'content-type': 'application/json', ...headers }, JSON.stringify(value))

/** Sends the browser on with GET, also from a POST (RFC 9110 §15.4.4). */
export const seeOther = (location: string): HttpResponse => respond(303, { location })
