import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { Call, Command } from '#cli/command.ts'
import { exportFormat } from '#cli/export-file.ts'
import type { Failure } from '#cli/failure.ts'
import { fail, ok, type Result } from '#shared/result.ts'

/** Writes all of an organization to a file. */
export const orgExport: Command = {
  name: 'org export',
  summary: 'Export an organization to a file, one item of JSON a line',
  operands: ['organization', 'file'],
  options: {},
  details: [
    'The file holds personal data and hashes of keys: keep it as you keep the table. Traces are not in it.',
    'What changes during the export may be in it or not.',
  ].join('\n'),
  async run(call) {
    const file = call.operand('file')
    const part = `${file}.part`
    const stream = createWriteStream(part, { mode: 0o600 })
    await once(stream, 'open')
    const written = await writePages(call, stream)
    stream.end()
    await finished(stream)
    if (!written.ok) {
      await rm(part)
      return written
    }
    await rename(part, file)
    const document = { organization: call.operand('organization'), file, items: written.value }
    call.output.answer(document, `${file}: ${written.value} items`)
    return ok(undefined)
  },
}

async function writePages(
  { service, output, interrupted, operand }: Call,
  stream: WriteStream,
): Promise<Result<number, Failure>> {
  const path = ['operator', 'orgs', operand('organization'), 'export']
  let items = 0
  let cursor: string | undefined
  do {
    const page = await service.call({ method: 'GET', path, query: { cursor } })
    if (!page.ok) return page
    if (interrupted.aborted) return fail({ kind: 'failed', message: 'interrupted' })
    const { version, organization, exportedAt, items: some, next } = page.value.body
    const head = { format: exportFormat, version, organization, exportedAt }
    await writeLines(stream, [...(items === 0 ? [head] : []), ...(some as object[])])
    items += (some as object[]).length
    cursor = next as string | undefined
    output.progress(`${items} items exported`)
  } while (cursor !== undefined)
  await writeLines(stream, [{ items }])
  return ok(items)
}

async function writeLines(stream: WriteStream, values: readonly object[]) {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('')
  if (!stream.write(text)) await once(stream, 'drain')
}
