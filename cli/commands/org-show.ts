import type { Command } from '#cli/command.ts'
import { organizationText } from '#cli/organization.ts'
import { ok } from '#shared/result.ts'

export const orgShow: Command = {
  name: 'org show',
  summary: 'Show an organization, also one that is being imported or deleted',
  operands: ['organization'],
  options: {},
  async run({ operand, service, output }) {
    const path = ['operator', 'orgs', operand('organization')]
    const found = await service.call({ method: 'GET', path })
    if (!found.ok) return found
    output.answer(found.value.body, organizationText(found.value.body))
    return ok(undefined)
  },
}
