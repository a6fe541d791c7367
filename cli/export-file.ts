import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fail, ok, type Result } from '#shared/result.ts'
import type { Failure } from './failure.ts'

/** What the first line of an export says that it is. */
export const exportFormat = 'latchkey-organization'

/** What an export says of itself. */
export type ExportFile = {
  organization: string
  version: unknown
  name: string
  items: number
  /** From its bytes: an import of the same file is the same import. */
  importId: string
}

type Line = Record<string, unknown>

const broken = (file: string, reason: string): Failure => ({
  kind: 'failed',
  message: `${file} is no complete export: ${reason}`,
})

/** The items of an export, line by line: a file may be larger than memory. */
export async function* itemsOf(file: string): AsyncGenerator<Line> {
  let waiting: Line | undefined
  for await (const line of linesOf(file)) {
    // Neither the first line nor the last one is an item.
    if (waiting && waiting['format'] === undefined) yield waiting
    waiting = JSON.parse(line) as Line
  }
}

/** Reads a file once: whether all of it is there, and what it is of. */
export async function inspectExport(file: string): Promise<Result<ExportFile, Failure>> {
  const hash = createHash('sha256')
  let first: Line | undefined
  let last: Line | undefined
  let name = ''
  let lines = 0
  try {
    for await (const line of linesOf(file)) {
      hash.update(line)
      last = JSON.parse(line) as Line
      first ??= last
      if (last['sk'] === 'org') name = String(last['name'])
      lines += 1
    }
  } catch (error) {
    return fail(broken(file, error instanceof Error ? error.message : String(error)))
  }
  const items = lines - 2
  if (first?.['format'] !== exportFormat) return fail(broken(file, 'it does not begin like one'))
  if (last?.['items'] !== items) return fail(broken(file, 'its end is missing'))
  const { organization, version } = first
  return ok({
    organization: String(organization),
    ...{ version, name, items },
    importId: hash.digest('hex').slice(0, 32),
  })
}

const linesOf = (file: string) =>
  createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
