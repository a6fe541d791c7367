import { METADATA_LIMIT, type ProviderMetadata, readMetadata } from '#shared/idps/read-metadata.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import type { SigningKey } from '#shared/idps/types.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import type { Refusal } from '#shared/saml/errors.ts'
import type { SeedProvider } from './seed-file.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'

type Described = Result<ProviderMetadata, SeedProblem>
type Parameters = NonNullable<SeedProvider['parameters']>

/**
 * Finds out what a provider of a seed is, from its metadata or its parameters.
 *
 * @param path where in the seed it stands
 */
export async function describeProvider(
  { parameters, metadataUrl, metadata = '' }: SeedProvider,
  path: readonly (string | number)[],
): Promise<Described> {
  if (parameters) return fromParameters(parameters, [...path, 'parameters'])
  if (metadataUrl === undefined) return fromMetadata(Buffer.from(metadata), [...path, 'metadata'])
  const urlPath = [...path, 'metadataUrl']
  try {
    return fromMetadata(await download(metadataUrl), urlPath)
  } catch (error) {
    return fail(seedProblem(urlPath, `${metadataUrl}: ${causeOf(error)}`))
  }
}

function fromMetadata(bytes: Buffer, path: readonly (string | number)[]): Described {
  const read = readMetadata(bytes)
  return read.ok ? read : fail(seedProblem(path, describe(read.error)))
}

function fromParameters(parameters: Parameters, path: readonly (string | number)[]): Described {
  const { entityId, singleSignOnUrl, certificates } = parameters
  const signingKeys: SigningKey[] = []
  for (const [index, certificate] of certificates.entries()) {
    const key = readCertificate(certificate)
    if (!key.ok) return fail(seedProblem([...path, 'certificates', index], describe(key.error)))
    signingKeys.push(key.value)
  }
  return ok({ entityId, singleSignOnUrl, signingKeys })
}

function describe({ cause, got, want }: Refusal<string>): string {
  const details = [got && `got ${got}`, want && `want ${want}`].filter(Boolean).join(', ')
  return details ? `${cause} (${details})` : cause
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  if (!response.ok) throw new Error(`it answers ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > METADATA_LIMIT) throw new Error('it answers more than 1 MB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** fetch() itself says no more than `fetch failed`. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
