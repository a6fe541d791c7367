import { validateHeaderName, validateHeaderValue } from 'node:http'
import * as v from 'valibot'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'

/** What goes to the client. */
export type GatewayResponse = {
  statusCode: number
  headers: Record<string, string>
  cookies: readonly string[]
  body: Buffer
}

/** API Gateway's own answer, for example 404 {"message":"Not Found"}. */
export const gatewayMessage = (statusCode: number, message: string): GatewayResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
})

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

const Header = v.pipe(
  v.union([v.string(), v.number(), v.boolean()]),
  v.transform(String),
  v.check((value) => isValid(() => validateHeaderValue('name', value)), 'unfit for a header'),
)

const HeaderName = v.pipe(
  v.string(),
  v.check((name) => isValid(() => validateHeaderName(name)), 'unfit for a header name'),
)

const Structured = v.pipe(
  v.object({
    statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
    headers: v.nullish(v.record(HeaderName, Header), {}),
    cookies: v.nullish(v.array(Header), []),
    body: v.nullish(v.string(), ''),
    isBase64Encoded: v.nullish(v.boolean(), false),
  }),
  v.check(({ body, isBase64Encoded }) => !isBase64Encoded || isBase64(body), 'body is not base64'),
)

function isValid(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

/**
 * Turns a function's answer into a response, in payload format 2.0: an object with a statusCode is
 * the response itself, anything else is the body of a 200. A failed function and a malformed answer
 * are a bare 500; `report` gets the reason, which the client does not.
 *
 * Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export function gatewayResponse(
  result: InvokeResult,
  report: (problem: string) => void,
): GatewayResponse {
  if ('error' in result) {
    const { errorType, errorMessage } = result.error
    report(`${errorType}: ${errorMessage}`)
    if (errorType === 'RequestEntityTooLargeException') {
      return gatewayMessage(413, 'Request Entity Too Large')
    }
    return gatewayMessage(500, 'Internal Server Error')
  }
  if (!isStructured(result.payload)) return bareResponse(result.payload)
  const { success, output, issues } = v.safeParse(Structured, result.payload)
  if (success) return structuredResponse(output)
  report(`malformed response: ${v.summarize(issues)}`)
  return gatewayMessage(500, 'Internal Server Error')
}

const isStructured = (payload: unknown) =>
  typeof payload === 'object' && payload !== null && 'statusCode' in payload

const bareResponse = (payload: unknown): GatewayResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify(payload)),
})

// Node frames the message itself: a function's word on that would break the connection.
const framing = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

function structuredResponse(output: v.InferOutput<typeof Structured>): GatewayResponse {
  const headers = Object.entries(output.headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !framing.has(name))
  return {
    statusCode: output.statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...Object.fromEntries(headers) },
    cookies: output.cookies,
    body: Buffer.from(output.body, output.isBase64Encoded ? 'base64' : 'utf8'),
  }
}
