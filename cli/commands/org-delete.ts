import type { Call, Command } from '#cli/command.ts'
import type { Failure } from '#cli/failure.ts'
import { fail, ok, type Result } from '#shared/result.ts'

/** Removes an organization in as many calls as it takes. */
export const orgDelete: Command = {
  name: 'org delete',
  summary: 'Delete an organization, with its people, providers, domains and keys',
  operands: ['organization'],
  options: {
    confirm: {
      type: 'string',
      value: 'name',
      isRequired: true,
      help: "the organization's name",
    },
  },
  details: [
    'Nobody signs in, calls or redeems for it from the first moment on; the rest goes step by step. Where',
    'the command is interrupted, run it again. Its traces run out by themselves, within 30 days.',
  ].join('\n'),
  async run(call) {
    const organization = call.operand('organization')
    const removed = await removeOrganization(call, organization, call.text('confirm') ?? '')
    if (!removed.ok) return removed
    const document = { organization, removed: removed.value }
    call.output.answer(document, `Deleted: ${removed.value} items`)
    return ok(undefined)
  },
}

/**
 * Calls until nothing is left.
 *
 * @param confirm the organization's name
 * @returns how many items there were
 */
export async function removeOrganization(
  { service, output, interrupted }: Call,
  organization: string,
  confirm: string,
): Promise<Result<number, Failure>> {
  const path = ['operator', 'orgs', organization]
  const request = { method: 'DELETE', path, query: { confirm }, isRepeatable: true } as const
  let removed = 0
  while (!interrupted.aborted) {
    const step = await service.call(request)
    if (!step.ok) return step
    removed += Number(step.value.body['removed'])
    if (step.value.body['done'] === true) return ok(removed)
    output.progress(`${removed} items deleted`)
  }
  return fail({ kind: 'failed', message: 'interrupted: run it again to go on' })
}
