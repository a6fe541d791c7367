import type { Agent, IncomingMessage, ServerResponse } from 'node:http'
import { finished, pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import type { AccessControl } from './access-control.ts'
import { type Call, readCall } from './aws-call.ts'
import { answerError } from './aws-error.ts'
import { answerHeaders, forward } from './aws-forward.ts'

/** The addresses of the services behind the endpoint. */
export type Backends = { dynamodb: string; kms: string; ses: string; sqs: string }

/**
 * What may go wrong with a call: `fail-before` answers 500 and nothing happens; `fail-after` lets it
 * happen and then breaks the connection; `kill-caller` ends the calling execution environment and
 * nothing happens; `slow` lets it happen 50 ms later.
 */
export type Fault = 'fail-before' | 'fail-after' | 'kill-caller' | 'slow'

/** Tests set `onCall` to decide about the fault of each call. */
export type Faults = { onCall?: ((call: Call) => Fault | undefined) | undefined }

/** Ends the execution environments of a function that are executing. */
export type KillFunction = (functionName: string) => Promise<void>

/** What serving one request takes. */
export type Serving = {
  backends: Backends
  agent: Agent
  faults: Faults
  control: AccessControl | undefined
  killFunction: KillFunction | undefined
  /** Called when the exchange is over. */
  record: (call: Call) => void
}

const MAX_BODY_BYTES = 25 * 1024 * 1024 // as the SES emulator; DynamoDB takes 16 MB, others less
const SLOW_MS = 50

/** Checks, forwards and answers one call. Rejects when the caller has gone away. */
export async function serveAwsCall(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const bytes = await readBody(request)
  if (!bytes) {
    return answerError(response, undefined, { name: 'RequestTooLarge', message: 'Body too large' })
  }
  const call = readCall(request, bytes)
  if (!call) {
    const message = 'Not a call of DynamoDB, KMS, SES or SQS'
    return answerError(response, undefined, { name: 'Serialization', message })
  }
  response.once('close', () => serving.record(call))
  const refusal = refusalOf(call, serving.control)
  if (refusal) return answerError(response, call.service, refusal)
  const fault = serving.faults.onCall?.(call)
  if (fault === 'fail-before') {
    return answerError(response, call.service, { name: 'InternalFailure', message: 'Injected' })
  }
  if (fault === 'kill-caller') {
    await serving.killFunction?.(call.functionName)
    response.destroy()
    return
  }
  if (fault === 'slow') await setTimeout(SLOW_MS)
  await relay(serving, { request, response, bytes, call, isLost: fault === 'fail-after' })
}

/** A body that does not fit its operation is refused too: what it would touch cannot be told. */
function refusalOf(call: Call, control: AccessControl | undefined) {
  try {
    const message = control?.refusal(call)
    return message ? ({ name: 'AccessDenied', message } as const) : undefined
  } catch (error) {
    const message = `${call.operation}: ${error instanceof Error ? error.message : error}`
    return { name: 'Serialization', message } as const
  }
}

/** Reads to the end even past the limit, so that the caller is there to get the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined
}

type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  bytes: Buffer
  call: Call
  /** Whether the answer shall not reach the caller. */
  isLost: boolean
}

async function relay({ backends, agent }: Serving, exchange: Exchange) {
  const { request, response, bytes, call, isLost } = exchange
  const { method, headers, url = '/' } = request
  const path = call.service === 'ses' ? url : '/' // SDKs post to the path of a queue's URL
  const backend = call.service === 'dynamodbstreams' ? 'dynamodb' : call.service
  const target = new URL(path, backends[backend])
  const caller = new AbortController()
  response.once('close', () => caller.abort())
  const { signal } = caller
  try {
    const answer = await forward({ method, headers, bytes, target, agent, signal })
    if (isLost) {
      await finished(answer.resume())
      response.destroy()
      return
    }
    response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers))
    await pipeline(answer, response)
  } catch (error) {
    if (response.destroyed || response.headersSent) throw error
    const message = `${call.service} does not answer: ${error}`
    answerError(response, call.service, { name: 'InternalFailure', message })
  }
}
