import { setTimeout } from 'node:timers/promises'
import type { Call, Command } from '#cli/command.ts'
import { type Failure, usageFailure } from '#cli/failure.ts'
import { fail, ok, type Result } from '#shared/result.ts'

type Trace = Record<string, unknown> & { id: string }

const PAUSE_MS = 2000
/** A trace has the time at which its request came; it is written when the request was answered. */
const LATE_MS = 30_000

export const traceTail: Command = {
  name: 'trace tail',
  summary: 'Follow sign-ins and logouts of an organization, until Ctrl-C',
  operands: [],
  options: {
    org: { type: 'string', value: 'organization', help: 'whose (default: of nobody knows whom)' },
    since: { type: 'string', value: 'time', help: 'how far back to begin: 90s, 10m, 2h, 7d' },
    once: { type: 'boolean', help: 'show what there is, and end' },
    outcome: { type: 'string', value: 'outcome', help: 'only succeeded, refused or restarted' },
  },
  details:
    'With --json one trace a line. `latchkey trace tail` alone shows what no organization can see.',
  async run(call) {
    const since = sinceMs(call.text('since') ?? '0s')
    if (since === undefined) {
      return fail(usageFailure(`--since is like 90s, 10m, 2h or 7d, not '${call.text('since')}'`))
    }
    const tail = { call, seen: new Map<string, number>(), from: Date.now() - since }
    const followed = call.flag('once') ? await showNew(tail) : await follow(tail)
    return call.interrupted.aborted ? ok(undefined) : followed
  },
}

type Tail = { call: Call; seen: Map<string, number>; from: number }

async function follow(tail: Tail): Promise<Result<void, Failure>> {
  for (;;) {
    const begun = Date.now()
    const shown = await showNew(tail)
    if (!shown.ok || tail.call.interrupted.aborted) return shown
    tail.from = Math.max(tail.from, begun - LATE_MS)
    for (const [id, at] of tail.seen) if (at < tail.from) tail.seen.delete(id)
    await pause(tail.call.interrupted)
  }
}

/** Shows each trace once, oldest first. */
async function showNew({ call, seen, from }: Tail): Promise<Result<void, Failure>> {
  const organization = call.text('org')
  const ofWhom =
    organization === undefined ? ['traces', 'unattributed'] : ['orgs', organization, 'traces']
  const path = ['operator', ...ofWhom]
  let after: string | undefined = idAt(from)
  while (after !== undefined && !call.interrupted.aborted) {
    const page = await call.service.call({ method: 'GET', path, query: { after } })
    if (!page.ok) return page
    for (const trace of page.value.body['traces'] as Trace[]) {
      if (!seen.has(trace.id)) show(call, trace)
      seen.set(trace.id, timeOf(trace.id))
    }
    after = page.value.body['next'] as string | undefined
  }
  return ok(undefined)
}

function show({ text, output }: Call, trace: Trace): void {
  const outcome = text('outcome')
  if (outcome === undefined || trace['outcome'] === outcome) output.answer(trace, lineOf(trace))
}

/** Before every trace of that millisecond: their ids begin with the time. */
const idAt = (ms: number) => `trc_${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`
const timeOf = (id: string) => Number.parseInt(id.slice('trc_'.length, 'trc_'.length + 12), 16)

function lineOf({ id, at, outcome, kind, ...trace }: Trace): string {
  const more = ['cause', 'got', 'want', 'product', 'userId', 'provider', 'endedBy']
    .filter((name) => trace[name] !== undefined)
    .map((name) => `${name}=${JSON.stringify(trace[name])}`)
  return [at, String(outcome).padEnd(9), kind, ...more, id].join('  ')
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function sinceMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return count && unit ? Number(count) * (UNITS[unit] ?? 0) : undefined
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(PAUSE_MS, undefined, { signal })
  } catch {
    // Ctrl-C: the next look at the signal ends it.
  }
}
