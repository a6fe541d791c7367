import { randomUUID } from 'node:crypto'
import type { Command } from '#cli/command.ts'
import { accountText, readSeats } from '#cli/seats.ts'
import { ok } from '#shared/result.ts'

export const accountCreate: Command = {
  name: 'account create',
  summary: 'Create a customer account of an organization, with seats by product',
  operands: ['organization', 'name'],
  options: {
    seats: { type: 'string', value: 'product=number', multiple: true, help: 'seats of a product' },
    reference: { type: 'string', value: 'id', help: 'its id in your billing' },
    full: {
      type: 'string',
      value: 'policy',
      help: 'when all are taken: refuse (default) or queue',
    },
  },
  async run({ operand, text, texts, service, output }) {
    const seats = readSeats(texts('seats'))
    if (!seats.ok) return seats
    const created = await service.call({
      method: 'POST',
      path: ['operator', 'orgs', operand('organization'), 'accounts'],
      headers: { 'idempotency-key': randomUUID() },
      body: {
        name: operand('name'),
        seats: seats.value,
        ...(text('reference') !== undefined && { reference: text('reference') }),
        ...(text('full') !== undefined && { overAllocation: text('full') }),
      },
      isRepeatable: true,
    })
    if (!created.ok) return created
    output.answer(created.value.body, accountText(created.value.body))
    return ok(undefined)
  },
}
