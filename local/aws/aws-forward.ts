import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'

/** A request that has been read, and where it goes. */
export type Forwarded = {
  method: string | undefined
  headers: IncomingHttpHeaders
  bytes: Buffer
  target: URL
  agent: Agent
  /** Gives up when the caller does. */
  signal: AbortSignal
}

/** Sends a request on and waits for the head of the answer. */
export function forward({ method, headers, bytes, target, agent, signal }: Forwarded) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = { headers: forwardedHeaders(headers, bytes, target), agent, signal }
  const outgoing = request(target, { ...options, ...(method && { method }) }, resolve)
  outgoing.once('error', reject)
  outgoing.end(bytes)
  return promise
}

/** The headers of an answer without those that are about the connection it came on. */
export const answerHeaders = (headers: IncomingHttpHeaders) => withoutHops(headers)

/** DynamoDB Local 1.25 refuses access keys with other characters than letters and digits. */
function forwardedHeaders(headers: IncomingHttpHeaders, bytes: Buffer, { host }: URL) {
  const { authorization, expect: _, ...rest } = withoutHops(headers)
  return {
    ...rest,
    host,
    'content-length': bytes.length,
    ...(authorization && {
      authorization: authorization.replace(/Credential=[^/]*/, 'Credential=local'),
    }),
  }
}

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection, 'keep-alive': keepAlive, 'transfer-encoding': encoding, ...rest } = headers
  return rest
}
