import { randomUUID } from 'node:crypto'
import type { Command } from '#cli/command.ts'
import { organizationText } from '#cli/organization.ts'
import { ok } from '#shared/result.ts'

/** Creates an organization. */
export const orgCreate: Command = {
  name: 'org create',
  summary: 'Create an organization',
  operands: ['name'],
  options: {
    product: {
      type: 'string',
      value: 'key',
      isRequired: true,
      help: 'the product that sign-ins go to which name none',
    },
    domain: {
      type: 'string',
      value: 'name',
      multiple: true,
      help: 'a domain that you know to be theirs: they need not prove it',
    },
    admin: {
      type: 'string',
      value: 'address',
      help: 'who gets an invitation by mail, as its first administrator',
    },
    join: {
      type: 'string',
      value: 'policy',
      help: 'how people come to exist: automatic (default) or invitation',
    },
  },
  async run({ operand, text, texts, service, output }) {
    const created = await service.call({
      method: 'POST',
      path: ['operator', 'orgs'],
      headers: { 'idempotency-key': randomUUID() },
      body: {
        name: operand('name'),
        defaultProduct: text('product'),
        domains: texts('domain'),
        ...(text('admin') !== undefined && { firstAdmin: { email: text('admin') } }),
        ...(text('join') !== undefined && { joinPolicy: text('join') }),
      },
      isRepeatable: true,
    })
    if (!created.ok) return created
    output.answer(created.value.body, organizationText(created.value.body))
    return ok(undefined)
  },
}
