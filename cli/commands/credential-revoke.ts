import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

export const credentialRevoke: Command = {
  name: 'credential revoke',
  summary: 'Revoke a credential of a product at once',
  operands: ['credential'],
  options: {},
  details:
    '<credential> is its id, cred_…: what stands before the last underscore of the credential.',
  async run({ operand, service, output }) {
    const credential = operand('credential')
    const path = ['operator', 'credentials', credential]
    const revoked = await service.call({ method: 'DELETE', path })
    if (!revoked.ok) return revoked
    output.answer({ credential }, `${credential} is revoked`)
    return ok(undefined)
  },
}
