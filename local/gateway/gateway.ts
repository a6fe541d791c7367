import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { APIGatewayEventRequestContextIAMAuthorizer } from 'aws-lambda'
import type { Invoke, InvokeResult } from '#local/lambda/lambda-protocol.ts'
import { listen } from '#local/listen.ts'
import type { RouteDefinition } from '#local/template/template.ts'
import { gatewayEvent, parseTarget, type ReceivedRequest } from './gateway-event.ts'
import { type GatewayResponse, gatewayMessage, gatewayResponse } from './gateway-response.ts'
import { authorizeByIam, type IamUser } from './iam-authorizer.ts'
import { type RouteMatcher, routeMatcher } from './route-matcher.ts'

export type GatewaySettings = {
  /** 0 takes a free one. */
  port: number
  /** Default 127.0.0.1. */
  host?: string
  /** Gets one line for each request that a function failed to answer. */
  onError?: (line: string) => void
  /** Default 30 s, as in API Gateway. */
  integrationTimeoutMs?: number
  /** Who may call the routes that IAM authorizes; by default nobody. */
  operator?: IamUser
}

export type Gateway = {
  url: string
  /** Answers requests from now on; before, they get a 503. */
  serve(routes: readonly RouteDefinition[], invoke: Invoke): void
  /** Ends all connections, also those that wait for a function. */
  stop(): Promise<void>
}

type Api = Required<Pick<GatewaySettings, 'onError' | 'integrationTimeoutMs'>> & {
  operator: IamUser | undefined
  match: RouteMatcher
  invoke: Invoke
}

/**
 * API Gateway's HTTP API on this machine, in payload format 2.0. Listening and serving are two steps,
 * because functions need the address in their environment before they exist.
 */
export async function startGateway(settings: GatewaySettings): Promise<Gateway> {
  const { port, host = '127.0.0.1' } = settings
  const { onError = () => {}, integrationTimeoutMs = 30_000, operator } = settings
  let api: Api | undefined
  const server = createServer({ maxHeaderSize: 4 * limits.headBytes }, (request, response) => {
    const requestId = randomUUID()
    const answering = api ? answer(api, request, requestId) : Promise.resolve(serviceUnavailable)
    answering.then(
      (answered) => send(response, answered, requestId),
      (error: unknown) => {
        // A request that is not complete has no client any more, so there is nothing to report.
        if (request.complete) onError(`${request.method} ${request.url}: ${error}`)
        send(response, internalServerError, requestId)
      },
    )
  })
  server.keepAliveTimeout = 65_000 // longer than any client here keeps an idle connection
  const url = await listen(server, { port, host })
  return {
    url,
    serve(routes, invoke) {
      api = { match: routeMatcher(routes), invoke, onError, integrationTimeoutMs, operator }
    },
    stop: () => close(server),
  }
}

/** Source: API Gateway Developer Guide, "Quotas for configuring and running an HTTP API". */
const limits = { headBytes: 10_240, bodyBytes: 10 * 1024 * 1024 }

const internalServerError = gatewayMessage(500, 'Internal Server Error')
const serviceUnavailable = gatewayMessage(503, 'Service Unavailable')
const forbidden = gatewayMessage(403, 'Forbidden')

async function answer(
  api: Api,
  request: IncomingMessage,
  requestId: string,
): Promise<GatewayResponse> {
  const receivedAt = new Date()
  const { method = '', url = '' } = request
  const refusal = refuseHead(request)
  if (refusal) return refusal
  const target = parseTarget(url)
  if (!target) return gatewayMessage(400, 'Bad Request')
  const match = api.match(method, target.path)
  if (!match) return gatewayMessage(404, 'Not Found')
  const body = await readBody(request)
  if (!body) return gatewayMessage(413, 'Request Entity Too Large')
  const received = { request, target, match, body, requestId, receivedAt }
  const authorizer = await authorize(api, received)
  if (authorizer === 'refused') return forbidden
  return integrate(api, received, authorizer)
}

/** What an authorizer tells the function of the caller, where the route has one. */
async function authorize({ operator }: Api, received: ReceivedRequest) {
  if (!received.match.route.isByIam) return undefined
  return (operator && (await authorizeByIam(operator, received))) ?? 'refused'
}

async function integrate(
  { invoke, onError, integrationTimeoutMs }: Api,
  received: ReceivedRequest,
  authorizer: APIGatewayEventRequestContextIAMAuthorizer | undefined,
): Promise<GatewayResponse> {
  const { request, target, match } = received
  const report = (problem: string) => onError(`${request.method} ${target.path}: ${problem}`)
  const invoked = invoke(match.route.functionName, gatewayEvent(received, authorizer))
  const result = await within(integrationTimeoutMs, invoked)
  if (result) return gatewayResponse(result, report)
  report(`no answer within ${integrationTimeoutMs} ms`)
  return serviceUnavailable
}

/** Refuses a request line, or a request line and headers together, that are too long. */
function refuseHead({ method, url, rawHeaders }: IncomingMessage): GatewayResponse | undefined {
  const line = `${method} ${url} HTTP/1.1\r\n`.length
  if (line > limits.headBytes) return gatewayMessage(414, 'Request-URI Too Long')
  // The list holds names and values in turn, one character a byte; ': ' and CRLF go with them.
  const headers = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
  if (line + headers <= limits.headBytes) return undefined
  return gatewayMessage(431, 'Request Header Fields Too Large')
}

/** Reads the body to its end, or the client would not listen; undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= limits.bodyBytes) chunks.push(chunk)
  }
  return size <= limits.bodyBytes ? Buffer.concat(chunks) : undefined
}

async function within(limitMs: number, invocation: Promise<InvokeResult>) {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), limitMs)
  timer.unref() // once the gateway has stopped, nothing waits for it
  try {
    return await Promise.race([invocation, promise])
  } finally {
    clearTimeout(timer)
  }
}

function send(response: ServerResponse, answered: GatewayResponse, requestId: string): void {
  response.statusCode = answered.statusCode
  for (const [name, value] of Object.entries(answered.headers)) response.setHeader(name, value)
  for (const cookie of answered.cookies) response.appendHeader('set-cookie', cookie)
  response.setHeader('apigw-requestid', requestId)
  response.end(answered.body)
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  return promise
}
