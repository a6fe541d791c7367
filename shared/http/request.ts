import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/** A request of API Gateway's payload format 2.0, as handlers read it. */
export type HttpRequest = {
  method: string
  path: string
  pathParameter(name: string): string | undefined
  query: URLSearchParams
  /** By lower-case name: API Gateway sends them so. */
  header(name: string): string | undefined
  /** Media type without parameters, lower case. */
  contentType: string
  /** Decoded body as UTF-8. Form posts arrive in base64, JSON does not. */
  body: string
  /** API Gateway's id of the request. */
  requestId: string
}

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const { body = '', headers, isBase64Encoded, pathParameters, requestContext } = event
  const contentType = headers['content-type'] ?? ''
  return {
    method: requestContext.http.method,
    path: event.rawPath,
    pathParameter: (name) => pathParameters?.[name],
    query: new URLSearchParams(event.rawQueryString),
    header: (name) => headers[name],
    contentType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    requestId: requestContext.requestId,
  }
}

/** The only value of that name; undefined if there is none or if there are several. */
export function onlyValue(fields: URLSearchParams, name: string): string | undefined {
  const [value, second] = fields.getAll(name)
  return second === undefined ? value : undefined
}

/** Fields of a form post; undefined for any other kind of body. */
export const formFields = ({ contentType, body }: HttpRequest) =>
  contentType === 'application/x-www-form-urlencoded' ? new URLSearchParams(body) : undefined

/** The value of a JSON body; undefined for any other kind of body and for broken JSON. */
export function jsonBody({ contentType, body }: HttpRequest): unknown {
  if (contentType !== 'application/json') return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}
