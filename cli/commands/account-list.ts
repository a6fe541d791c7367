import type { Command } from '#cli/command.ts'
import { accountText } from '#cli/seats.ts'
import { ok } from '#shared/result.ts'

export const accountList: Command = {
  name: 'account list',
  summary: 'List the customer accounts of an organization',
  operands: ['organization'],
  options: {},
  async run({ operand, service, output }) {
    const path = ['operator', 'orgs', operand('organization'), 'accounts']
    const found = await service.call({ method: 'GET', path })
    if (!found.ok) return found
    const accounts = found.value.body['accounts'] as object[]
    output.answer({ accounts }, accounts.map(accountText).join('\n'))
    return ok(undefined)
  },
}
