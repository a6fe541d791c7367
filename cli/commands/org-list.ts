import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

type Row = { id: string; name: string }

export const orgList: Command = {
  name: 'org list',
  summary: 'List all organizations, or those whose names begin with a text',
  operands: [],
  options: {
    name: { type: 'string', value: 'text', help: 'what the names begin with, in any case' },
  },
  async run({ text, service, output, interrupted }) {
    const organizations: Row[] = []
    let cursor: string | undefined
    do {
      const query = { name: text('name'), limit: '100', cursor }
      const page = await service.call({ method: 'GET', path: ['operator', 'orgs'], query })
      if (!page.ok) return page
      organizations.push(...(page.value.body['organizations'] as Row[]))
      cursor = page.value.body['next'] as string | undefined
      if (cursor !== undefined) output.progress(`${organizations.length} organizations so far`)
    } while (cursor !== undefined && !interrupted.aborted)
    const rows = organizations.map(({ id, name }) => `${id}  ${name}`)
    output.answer({ organizations }, rows.join('\n'))
    return ok(undefined)
  },
}
