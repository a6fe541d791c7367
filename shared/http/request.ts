import type { APIGatewayEventRequestContextIAMAuthorizer, APIGatewayProxyEventV2 } from 'aws-lambda'

/** A request of API Gateway's payload format 2.0, as handlers read it. */
export type HttpRequest = {
  method: string
  path: string
  /** The route that it came by, as infra/routes.ts spells it: `GET /saml/sp`. */
  routeKey: string
  pathParameter(name: string): string | undefined
  query: URLSearchParams
  /** As it was sent, not decoded. */
  rawQuery: string
  /** By lower-case name: API Gateway sends them so. */
  header(name: string): string | undefined
  /** As `name=value`: API Gateway takes them out of the headers. */
  cookies: readonly string[]
  /** Media type without parameters, lower case. */
  contentType: string
  /** Decoded body as UTF-8. Form posts arrive in base64, JSON does not. */
  body: string
  /** API Gateway's id of the request. */
  requestId: string
  /** Address that the request came from. */
  sourceIp: string
  /** The AWS access key of the caller that IAM has allowed; undefined: IAM was not asked. */
  iamKey: string | undefined
}

/** Of routes with an IAM authorizer; the types of events know it for Lambda's own URLs only. */
type Context = APIGatewayProxyEventV2['requestContext'] & {
  authorizer?: Partial<APIGatewayEventRequestContextIAMAuthorizer>
}

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const { body = '', headers, isBase64Encoded, pathParameters, requestContext } = event
  const contentType = headers['content-type'] ?? ''
  return {
    method: requestContext.http.method,
    path: event.rawPath,
    routeKey: event.routeKey,
    pathParameter: (name) => pathParameters?.[name],
    query: new URLSearchParams(event.rawQueryString),
    rawQuery: event.rawQueryString,
    header: (name) => headers[name],
    cookies: event.cookies ?? [],
    contentType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    requestId: requestContext.requestId,
    sourceIp: requestContext.http.sourceIp,
    iamKey: (requestContext as Context).authorizer?.iam?.accessKey,
  }
}

/** The only value of that name; undefined if there is none or if there are several. */
export function onlyValue(fields: URLSearchParams, name: string): string | undefined {
  const [value, second] = fields.getAll(name)
  return second === undefined ? value : undefined
}

/** In characters: a response of 256 KB in base64, percent-encoded, and room. */
const MAX_FORM_LENGTH = 1280 * 1024
/** Forms that we take have four fields at most. Parsing many is quadratic in Node 24. */
const MAX_FORM_FIELDS = 16

/** Fields of a form post; undefined for any other kind of body, and for a form like no form of ours. */
export function formFields({ contentType, body }: HttpRequest): URLSearchParams | undefined {
  if (contentType !== 'application/x-www-form-urlencoded') return undefined
  if (body.length > MAX_FORM_LENGTH) return undefined
  if (body.split('&', MAX_FORM_FIELDS + 1).length > MAX_FORM_FIELDS) return undefined
  return new URLSearchParams(body)
}

/** In characters, of the calls of products: those of admins have a limit of their own. */
const MAX_JSON_LENGTH = 16 * 1024

/** The value of a JSON body; undefined for any other kind of body, and for broken or long JSON. */
export function jsonBody({ contentType, body }: HttpRequest): unknown {
  if (contentType !== 'application/json' || body.length > MAX_JSON_LENGTH) return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

/** What the Authorization header presents (RFC 6750 §2.1); undefined if it is no bearer token. */
export const bearerOf = ({ header }: HttpRequest) =>
  /^Bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1]
