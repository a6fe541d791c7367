import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

export const productSave: Command = {
  name: 'product save',
  summary: 'Take a product into the catalogue, or replace it there',
  operands: ['product'],
  options: {
    name: { type: 'string', value: 'name', isRequired: true, help: 'what people call it' },
    landing: {
      type: 'string',
      value: 'url',
      isRequired: true,
      help: 'where the browser arrives with a login token',
    },
    path: {
      type: 'string',
      value: 'prefix',
      multiple: true,
      help: 'a path that may be asked for, with all below it (default: /, which is all)',
    },
    logout: { type: 'string', value: 'url', help: 'where the browser arrives after a logout' },
    access: {
      type: 'string',
      value: 'who',
      help: 'everyone (default), or assigned: who has a seat',
    },
    'force-authn': { type: 'boolean', help: 'people prove themselves anew at their provider' },
  },
  details: '<product> is its key, for example meetings: lower case letters, digits and hyphens.',
  async run({ operand, text, texts, flag, service, output }) {
    const paths = texts('path')
    const body = {
      name: text('name'),
      landingUrl: text('landing'),
      allowedPaths: paths.length > 0 ? paths : ['/'],
      ...(text('logout') !== undefined && { logoutUrl: text('logout') }),
      ...(text('access') !== undefined && { access: text('access') }),
      ...(flag('force-authn') && { forceAuthn: true }),
    }
    const path = ['operator', 'products', operand('product')]
    const saved = await service.call({ method: 'PUT', path, body, isRepeatable: true })
    if (!saved.ok) return saved
    output.answer(saved.value.body, `${operand('product')} is saved`)
    return ok(undefined)
  },
}
