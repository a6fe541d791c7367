import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ok } from '#shared/result.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { dispatch } from './dispatch.ts'
import { ensureAlias, ensureKey, type WantedAlias, type WantedKey } from './ensure.ts'
import { type Answer, type KmsErrorName, refuse } from './errors.ts'
import { openKeyStore } from './key-store.ts'
import type { Kms } from './kms.ts'

const MAX_BODY_BYTES = 256 * 1024

type KmsOptions = {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Where the keys are kept, readable by the owner only; without it they live in memory. */
  readonly file?: string
  readonly region?: string
  readonly accountId?: string
}

/** A running KMS endpoint. */
export type LocalKms = AsyncDisposable & {
  /** What AWS_ENDPOINT_URL_KMS should be. */
  readonly url: string
  /** Makes a key of this id unless there is one: its material is then kept. */
  ensureKey(wanted: WantedKey): Promise<void>
  /** Makes an alias or points an existing one at this key. */
  ensureAlias(wanted: WantedAlias): void
  stop(): Promise<void>
}

/**
 * Starts an AWS KMS endpoint on 127.0.0.1 for development and tests. It does not check request
 * signatures: whoever can reach the port can use the keys.
 * Source: AWS KMS API Reference; AWS JSON 1.1 protocol (Smithy).
 */
export async function startKms(options: KmsOptions = {}): Promise<LocalKms> {
  const kms: Kms = {
    store: openKeyStore(options.file),
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '000000000000',
    now: () => toSeconds(epochMilliseconds()),
  }
  const server = createServer((request, response) => {
    serve(kms, request, response).catch(() => response.destroy())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has no other kind
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    url: `http://127.0.0.1:${port}`,
    ensureKey: (wanted) => ensureKey(kms, wanted),
    ensureAlias: (wanted) => ensureAlias(kms, wanted),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Rejects only when the caller has gone away before sending all of the body. */
async function serve(kms: Kms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const target = String(request.headers['x-amz-target'] ?? '')
  const answer = body.ok ? await answerFor(kms, target, body.value) : body
  send(response, answer)
}

/** Reads to the end even past the limit, so that the caller is there to get the answer. */
async function readBody(request: IncomingMessage): Promise<Answer<string>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) return refuse('RequestEntityTooLargeException')
  return ok(Buffer.concat(chunks).toString())
}

async function answerFor(kms: Kms, target: string, body: string): Promise<Answer<object>> {
  try {
    return await dispatch(kms, target, body)
  } catch (error) {
    console.error('local KMS failed', target, error)
    return refuse('KMSInternalException')
  }
}

function send(response: ServerResponse, answer: Answer<object>): void {
  const { status, body } = answer.ok
    ? { status: 200, body: answer.value }
    : {
        status: statusOf(answer.error.name),
        body: { __type: answer.error.name, message: answer.error.message },
      }
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  })
  response.end(JSON.stringify(body))
}

function statusOf(name: KmsErrorName): number {
  if (name === 'RequestEntityTooLargeException') return 413
  return name === 'KMSInternalException' ? 500 : 400
}
