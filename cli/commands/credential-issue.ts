import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

export const credentialIssue: Command = {
  name: 'credential issue',
  summary: 'Issue a credential that a product redeems with; it is shown this once',
  operands: ['product'],
  options: {
    label: { type: 'string', value: 'text', isRequired: true, help: 'what it is for' },
  },
  async run({ operand, text, service, output }) {
    const path = ['operator', 'products', operand('product'), 'credentials']
    const issued = await service.call({ method: 'POST', path, body: { label: text('label') } })
    if (!issued.ok) return issued
    output.answer(issued.value.body, String(issued.value.body['credential']))
    return ok(undefined)
  },
}
