import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

export const accountDelete: Command = {
  name: 'account delete',
  summary: 'Delete a customer account: not while anybody has, or waits for, one of its seats',
  operands: ['organization', 'account'],
  options: {},
  async run({ operand, service, output }) {
    const account = operand('account')
    const path = ['operator', 'orgs', operand('organization'), 'accounts', account]
    const removed = await service.call({ method: 'DELETE', path })
    if (!removed.ok) return removed
    output.answer({ account }, `Deleted: ${account}`)
    return ok(undefined)
  },
}
