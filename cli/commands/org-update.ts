import type { Command } from '#cli/command.ts'
import { usageFailure } from '#cli/failure.ts'
import { organizationText } from '#cli/organization.ts'
import { fail, ok } from '#shared/result.ts'

export const orgUpdate: Command = {
  name: 'org update',
  summary: 'Change name, default product or join policy of an organization',
  operands: ['organization'],
  options: {
    name: { type: 'string', value: 'name', help: 'its new name' },
    product: { type: 'string', value: 'key', help: 'its new default product' },
    join: { type: 'string', value: 'policy', help: 'automatic or invitation' },
  },
  async run({ operand, text, service, output }) {
    const wanted = { name: text('name'), defaultProduct: text('product'), joinPolicy: text('join') }
    const body = Object.fromEntries(Object.entries(wanted).filter((one) => one[1] !== undefined))
    if (Object.keys(body).length === 0) return fail(usageFailure('there is nothing to change'))
    const path = ['operator', 'orgs', operand('organization')]
    const changed = await service.call({ method: 'PATCH', path, body, isRepeatable: true })
    if (!changed.ok) return changed
    output.answer(changed.value.body, organizationText(changed.value.body))
    return ok(undefined)
  },
}
