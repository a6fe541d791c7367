import type { Command } from '#cli/command.ts'
import { usageFailure } from '#cli/failure.ts'
import { accountText, readSeats } from '#cli/seats.ts'
import { fail, ok } from '#shared/result.ts'

export const accountUpdate: Command = {
  name: 'account update',
  summary: 'Change a customer account: never below the seats that are taken',
  operands: ['organization', 'account'],
  options: {
    name: { type: 'string', value: 'name', help: 'its new name' },
    seats: { type: 'string', value: 'product=number', multiple: true, help: 'seats of a product' },
    reference: { type: 'string', value: 'id', help: 'its id in your billing' },
    full: { type: 'string', value: 'policy', help: 'when all are taken: refuse or queue' },
  },
  async run({ operand, text, texts, service, output }) {
    const seats = readSeats(texts('seats'))
    if (!seats.ok) return seats
    const wanted = {
      name: text('name'),
      reference: text('reference'),
      overAllocation: text('full'),
      seats: texts('seats').length > 0 ? seats.value : undefined,
    }
    const body = Object.fromEntries(Object.entries(wanted).filter((one) => one[1] !== undefined))
    if (Object.keys(body).length === 0) return fail(usageFailure('there is nothing to change'))
    const path = ['operator', 'orgs', operand('organization'), 'accounts', operand('account')]
    const changed = await service.call({ method: 'PATCH', path, body, isRepeatable: true })
    if (!changed.ok) return changed
    output.answer(changed.value.body, accountText(changed.value.body))
    return ok(undefined)
  },
}
