import type { Command } from '#cli/command.ts'
import { ok } from '#shared/result.ts'

type Failure = Record<
  'at' | 'function' | 'condition' | 'shardId' | 'firstSequenceNumber' | 'lastSequenceNumber',
  string
> & { changes: number }

export const eventsFailures: Command = {
  name: 'events failures',
  summary: 'Show changes that a function gave up to follow, ten at most',
  operands: [],
  options: {},
  details: [
    'By their place in the stream of the table, which keeps changes for 24 hours. What is behind such a',
    'place is in the table: a change of the same item tells its subscribers of it again.',
  ].join('\n'),
  async run({ service, output }) {
    const path = ['operator', 'events', 'failures']
    const found = await service.call({ method: 'GET', path })
    if (!found.ok) return found
    const failures = found.value.body['failures'] as Failure[]
    output.answer({ failures }, failures.map(textOf).join('\n') || 'None')
    return ok(undefined)
  },
}

const textOf = ({ at, function: fn, condition, changes, ...place }: Failure) =>
  `${at}  ${fn}: ${condition}; ${changes} changes in ${place.shardId} from ${place.firstSequenceNumber} to ${place.lastSequenceNumber}`
