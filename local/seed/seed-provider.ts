import type { FieldProblem } from '#shared/idps/field-problem.ts'
import type { SourceInput } from '#shared/idps/management.ts'
import { readSource } from '#shared/idps/read-source.ts'
import type { Connection } from '#shared/idps/types.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { refusal } from '#shared/saml/errors.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import type { SeedProvider } from './seed-file.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'

type Described = Result<Connection, readonly SeedProblem[]>

/**
 * Finds out what a provider of a seed is, from its metadata or its parameters.
 *
 * @param path where in the seed it stands
 */
export async function describeProvider(
  provider: SeedProvider,
  path: readonly (string | number)[],
): Promise<Described> {
  const now = toSeconds(epochMilliseconds())
  const read = await readSource(sourceOf(provider), download, now)
  if (read.ok) return ok(read.value.connection)
  return fail(read.error.map((problem) => described(problem, provider, path)))
}

function sourceOf({ parameters, metadataUrl, metadata = '' }: SeedProvider): SourceInput {
  if (parameters) return { kind: 'parameters', ...parameters }
  if (metadataUrl !== undefined) return { kind: 'url', url: metadataUrl }
  return { kind: 'file', document: metadata }
}

function described(
  { field, cause, got, want }: FieldProblem,
  { parameters, metadataUrl }: SeedProvider,
  path: readonly (string | number)[],
): SeedProblem {
  const details = [got && `got ${got}`, want && `want ${want}`].filter(Boolean).join(', ')
  const problem = details ? `${cause} (${details})` : cause
  if (parameters) return seedProblem([...path, 'parameters', field], problem)
  const isUrl = metadataUrl !== undefined
  return seedProblem([...path, isUrl ? 'metadataUrl' : 'metadata'], problem)
}

/** A seed is written by whoever runs the stack: it may name any address of this machine. */
const download: FetchDocument = async (url, { limitBytes, timeoutMs }) => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) return fail(refusal(`status_${response.status}`, { got: url }))
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > limitBytes) return fail(refusal('too_large', { want: `${limitBytes} bytes` }))
      chunks.push(chunk)
    }
    return ok(Buffer.concat(chunks))
  } catch (error) {
    return fail(refusal('unreachable', { got: `${url}: ${causeOf(error)}` }))
  }
}

/** fetch() itself says no more than `fetch failed`. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
