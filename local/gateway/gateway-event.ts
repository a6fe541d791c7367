import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayEventRequestContextIAMAuthorizer, APIGatewayProxyEventV2 } from 'aws-lambda'
import type { RouteMatch } from './route-matcher.ts'

/** A request's address: the path decoded, the query as it was sent. */
export type RequestTarget = { path: string; rawQueryString: string }

/** Reads a request line's target; undefined when it is no path or its percent-encoding is malformed. */
export function parseTarget(url: string): RequestTarget | undefined {
  const address = url.replace(/^https?:\/\/[^/?#]*/i, '')
  const [, rawPath = '', rawQueryString = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(address) ?? []
  if (rawPath !== '' && !rawPath.startsWith('/')) return undefined
  try {
    return { path: decodeURIComponent(rawPath) || '/', rawQueryString }
  } catch {
    return undefined
  }
}

export type ReceivedRequest = {
  request: IncomingMessage
  target: RequestTarget
  match: RouteMatch
  body: Buffer
  requestId: string
  receivedAt: Date
}

/**
 * The event that a function gets for a request, in payload format 2.0.
 *
 * Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export function gatewayEvent(
  received: ReceivedRequest,
  authorizer?: APIGatewayEventRequestContextIAMAuthorizer,
): APIGatewayProxyEventV2 {
  const { request, target, match, body } = received
  const cookies = request.headers.cookie?.split(/; */).filter((text) => text !== '')
  const query = queryOf(target.rawQueryString)
  const isBase64Encoded = body.length > 0 && !textTypes.test(request.headers['content-type'] ?? '')
  return {
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: target.path,
    rawQueryString: target.rawQueryString,
    ...(cookies?.length && { cookies }),
    headers: headersOf(received),
    ...(query && { queryStringParameters: query }),
    requestContext: { ...requestContext(received), ...(authorizer && { authorizer }) },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

/** All else arrives base64, form posts and scim+json too; seen on AWS, its guide does not say. */
const textTypes = /^\s*(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i

/** What ends at the gateway: the headers of one connection, and the cookies, which have a list. */
const notForwarded = new Set([
  'connection',
  'cookie',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function headersOf({ request, body, receivedAt }: ReceivedRequest): Record<string, string> {
  const sent = Object.entries(request.headersDistinct)
    .filter(([name]) => !notForwarded.has(name))
    .map(([name, values = []]) => [name, values.join(',')])
  const forwardedFor = [request.headers['x-forwarded-for'], request.socket.remoteAddress]
  const epochHex = Math.floor(receivedAt.getTime() / 1000).toString(16)
  return {
    ...Object.fromEntries(sent),
    'content-length': String(body.length),
    'x-amzn-trace-id': `Root=1-${epochHex}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': forwardedFor.filter(Boolean).join(', '),
    'x-forwarded-port': String(request.socket.localPort),
    'x-forwarded-proto': 'http',
  }
}

function queryOf(rawQueryString: string): Record<string, string> | undefined {
  const query = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = query.get(name)
    query.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return query.size > 0 ? Object.fromEntries(query) : undefined
}

function requestContext({
  request,
  target,
  match,
  requestId,
  receivedAt,
}: ReceivedRequest): APIGatewayProxyEventV2['requestContext'] {
  const domainName = (request.headers.host ?? 'localhost').replace(/:\d+$/, '')
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split('.', 1).join(''),
    http: {
      method: request.method ?? 'GET',
      path: target.path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: match.route.routeKey,
    stage: '$default',
    time: logTime(receivedAt),
    timeEpoch: receivedAt.getTime(),
  }
}

/** 12/Mar/2020:19:03:58 +0000, as in access logs. */
function logTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
