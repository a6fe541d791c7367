import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

export const productRemove: Command = {
  name: 'product remove',
  summary: 'Take a product out of the catalogue; not while accounts have seats of it',
  operands: ['product'],
  options: {},
  async run({ operand, service, output }) {
    const product = operand('product')
    const removed = await service.call({
      method: 'DELETE',
      path: ['operator', 'products', product],
    })
    if (!removed.ok) return removed
    output.answer({ product }, `${product} is removed`)
    return ok(undefined)
  },
}
