import type { Command } from '#cli/command.ts'
import { fail, ok } from '#shared/result.ts'

export const eventsRedrive: Command = {
  name: 'events redrive',
  summary: 'Send the dead letters of the provisioning queue to consumers once more',
  operands: [],
  options: {},
  details:
    'In their order by subject. Consumers know by its id an event that they have taken before. Mend them\nfirst: what they fail to take five times more comes back.',
  async run({ service, output, interrupted }) {
    const path = ['operator', 'events', 'redrive']
    let moved = 0
    while (!interrupted.aborted) {
      const step = await service.call({ method: 'POST', path, isRepeatable: true })
      if (!step.ok) return step
      moved += Number(step.value.body['moved'])
      if (step.value.body['done'] === true) {
        output.answer({ moved }, `${moved} events`)
        return ok(undefined)
      }
      output.progress(`${moved} events so far`)
    }
    return fail({ kind: 'failed', message: `interrupted after ${moved} events` })
  },
}
