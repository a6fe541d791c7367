import { setTimeout } from 'node:timers/promises'
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

/** Between calls that found nothing to remove, and did not end. */
const PAUSE_MS = 1000

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
    const more = Number(step.value.body['removed'])
    removed += more
    if (step.value.body['done'] === true) return ok(removed)
    output.progress(`${removed} items deleted`)
    if (more === 0) await pause(interrupted)
  }
  return fail({ kind: 'failed', message: 'interrupted: run it again to go on' })
}

/** Requests that began before the organization was closed come to their end meanwhile. */
async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined)
}
