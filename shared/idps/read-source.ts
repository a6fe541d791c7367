import type { FetchDocument } from '../net/ports.ts'
import { fail, type Result } from '../result.ts'
import { type FieldProblem, fieldProblem } from './field-problem.ts'
import type { SourceInput } from './management.ts'
import type { MetadataDocument } from './metadata-document.ts'
import { METADATA_LIMIT } from './metadata-xml.ts'
import { readMetadata } from './read-metadata.ts'
import { readParameters } from './read-parameters.ts'

type Source = Promise<Result<MetadataDocument, readonly FieldProblem[]>>

/** For the whole download (R8). */
const METADATA_TIMEOUT_MS = 5000

/**
 * Reads a provider's connection from a URL, a file or parameters: one document for all of them, so
 * that one preview shows what was read (R7).
 *
 * @param now epoch seconds
 */
export async function readSource(
  source: SourceInput,
  fetchDocument: FetchDocument,
  now: number,
): Source {
  if (source.kind === 'parameters') return readParameters(source)
  if (source.kind === 'file') return readDocument(Buffer.from(source.document), 'document', now)
  const limits = { limitBytes: METADATA_LIMIT, timeoutMs: METADATA_TIMEOUT_MS }
  const fetched = await fetchDocument(source.url, limits)
  if (!fetched.ok) return fail([fieldProblem('url', fetched.error)])
  return readDocument(fetched.value, 'url', now)
}

function readDocument(bytes: Buffer, field: string, now: number) {
  const read = readMetadata(bytes, now)
  return read.ok ? read : fail([fieldProblem(field, read.error)])
}
