import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'

type BodyCause = 'too_large' | 'encoding_unknown'

/**
 * Reads a body, plain or compressed, up to a limit that counts what comes out: what is small on the
 * wire may be large unpacked. Throws where the connection or the compression breaks.
 */
export async function readBody(
  response: IncomingMessage,
  limitBytes: number,
): Promise<Result<Buffer, Refusal<BodyCause>>> {
  const stream = decoded(response)
  if (!stream) {
    return fail(refusal('encoding_unknown', { got: response.headers['content-encoding'] }))
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limitBytes) return fail(refusal('too_large', { want: `${limitBytes} bytes` }))
    chunks.push(chunk)
  }
  return ok(Buffer.concat(chunks))
}

function decoded(response: IncomingMessage): AsyncIterable<unknown> | undefined {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return response
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return undefined
  const gunzip = createGunzip()
  response.on('error', (error) => gunzip.destroy(error))
  return response.pipe(gunzip)
}
