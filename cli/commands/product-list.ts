import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

type Product = { key: string; name: string; landingUrl: string }

export const productList: Command = {
  name: 'product list',
  summary: 'List the products that people are signed in to',
  operands: [],
  options: {},
  async run({ service, output }) {
    const found = await service.call({ method: 'GET', path: ['operator', 'products'] })
    if (!found.ok) return found
    const products = found.value.body['products'] as Product[]
    const lines = products.map(({ key, name, landingUrl }) => `${key}  ${name}  ${landingUrl}`)
    output.answer({ products }, lines.join('\n'))
    return ok(undefined)
  },
}
