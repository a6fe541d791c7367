import type { Command } from '#cli/command.ts'
import { usageFailure } from '#cli/failure.ts'
import { fail, ok } from '#shared/result.ts'

export const orgApiKey: Command = {
  name: 'org api-key',
  summary: 'Create an API key for an organization; its secret is shown this once',
  operands: ['organization'],
  options: {
    label: { type: 'string', value: 'text', isRequired: true, help: 'what it is for' },
    role: { type: 'string', value: 'role', help: 'admin (default) or reader' },
    days: { type: 'string', value: 'number', help: 'how long it is good (default: until revoked)' },
  },
  async run({ operand, text, service, output }) {
    const days = text('days')
    if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
      return fail(usageFailure(`--days is no number of days: '${days}'`))
    }
    const role = text('role')
    const created = await service.call({
      method: 'POST',
      path: ['operator', 'orgs', operand('organization'), 'api-keys'],
      body: {
        label: text('label'),
        ...(role !== undefined && { role }),
        ...(days !== undefined && { days: Number(days) }),
      },
    })
    if (!created.ok) return created
    output.answer(created.value.body, String(created.value.body['secret']))
    return ok(undefined)
  },
}
