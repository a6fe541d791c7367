import type { Call, Command } from '#cli/command.ts'
import { removeOrganization } from '#cli/commands/org-delete.ts'
import { type ExportFile, inspectExport, itemsOf } from '#cli/export-file.ts'
import type { Failure } from '#cli/failure.ts'
import { fail, ok, type Result } from '#shared/result.ts'

/** Of one call. */
const FULL = { items: 200, characters: 500_000 }

/** Puts an exported organization where it was, or into another deployment. */
export const orgImport: Command = {
  name: 'org import',
  summary: 'Import an organization from a file that org export wrote',
  operands: ['file'],
  options: {},
  details: [
    'The organization must not exist. Nobody can reach it before all of it is there. Where another',
    'organization has one of its domains or entity IDs by now, they are listed and nothing stays.',
    'Where the command is interrupted, run it again with the same file: it goes on.',
  ].join('\n'),
  async run(call) {
    const file = call.operand('file')
    const inspected = await inspectExport(file)
    if (!inspected.ok) return inspected
    const { organization, items, name, importId } = inspected.value
    const sent = await sendItems(call, file, inspected.value)
    if (!sent.ok) return sent
    const finished = await call.service.call({
      method: 'POST',
      path: ['operator', 'orgs', organization, 'import', 'finish'],
      body: { import: importId },
      isRepeatable: true,
    })
    if (!finished.ok) return giveUp(call, inspected.value, finished.error)
    call.output.answer({ organization, name, items }, `${organization} (${name}): ${items} items`)
    return ok(undefined)
  },
}

async function sendItems(
  { service, output, interrupted }: Call,
  file: string,
  { organization, importId, version, items: all }: ExportFile,
): Promise<Result<void, Failure>> {
  const path = ['operator', 'orgs', organization, 'import']
  let sent = 0
  for await (const items of pagesOf(file)) {
    if (interrupted.aborted) {
      return fail({ kind: 'failed', message: 'interrupted: run it again to go on' })
    }
    const body = { import: importId, version, items }
    const taken = await service.call({ method: 'POST', path, body, isRepeatable: true })
    if (!taken.ok) return taken
    sent += items.length
    output.progress(`${sent} of ${all} items imported`)
  }
  return ok(undefined)
}

async function* pagesOf(file: string) {
  let page: object[] = []
  let characters = 0
  for await (const item of itemsOf(file)) {
    page.push(item)
    characters += JSON.stringify(item).length
    if (page.length >= FULL.items || characters >= FULL.characters) {
      yield page
      page = []
      characters = 0
    }
  }
  if (page.length > 0) yield page
}

/** Nothing stays of an import that cannot be finished. */
async function giveUp(call: Call, { organization, name }: ExportFile, error: Failure) {
  if (error.cause !== 'import_conflicts') return fail(error)
  const removed = await removeOrganization(call, organization, name)
  return removed.ok ? fail(error) : removed
}
