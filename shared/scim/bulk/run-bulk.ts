import { fail, ok } from '../../result.ts'
import type { ScimAnswer } from '../calls.ts'
import type { ScimError } from '../errors.ts'
import {
  type BrokenOperation,
  type BulkOperation,
  type BulkRequest,
  isBroken,
} from './read-bulk.ts'
import { partedFromMembers, referencesOf, resolved } from './references.ts'

/** What became of one operation. */
export type BulkOutcome = {
  operation: BulkOperation | BrokenOperation
  answer: ScimAnswer
  /** Of a group that was made although not all of the operation could be done. */
  location?: string
}

export type BulkPorts = {
  /** Does one operation as if it had come alone. */
  execute(operation: BulkOperation): Promise<ScimAnswer>
  /** The id of what was made, from where it is. */
  idAt(location: string): string
  /** Whether there is time for one more. */
  hasTime(): boolean
}

/** An operation, where it stands in the request, and the bulkIds that it refers to. */
type Waiting<Operation = BulkOperation | BrokenOperation> = {
  index: number
  operation: Operation
  needs: ReadonlySet<string>
}

type Run = {
  ports: BulkPorts
  failOnErrors: number
  waiting: readonly Waiting[]
  /** Members that groups were made without. */
  later: readonly Waiting<BulkOperation>[]
  /** Ids of what was made, by bulkId. */
  ids: Map<string, string>
  /** BulkIds of what is to be made yet. */
  missing: Set<string>
  outcomes: Map<number, BulkOutcome>
}

/**
 * Does the operations of a bulk request one after the other, those that refer to others after
 * these, in whatever order they came; groups that are in each other are made first and filled then.
 * Once as many have failed as the client allows nothing more is begun, and only what was begun is
 * answered, in the order of the request.
 *
 * Source: RFC 7644 §3.7, §3.7.1 to §3.7.3.
 */
export async function runBulk(ports: BulkPorts, request: BulkRequest): Promise<BulkOutcome[]> {
  const run = startedRun(ports, request)
  while (!isOver(run) && run.waiting.length > 0) await step(run)
  for (const filling of run.later) await complete(run, filling)
  const inOrder = [...run.outcomes].sort(([one], [other]) => one - other)
  return inOrder.map(([, outcome]) => outcome)
}

function startedRun(ports: BulkPorts, { failOnErrors, operations }: BulkRequest): Run {
  const made = operations.flatMap((one) =>
    !isBroken(one) && one.method === 'POST' && one.bulkId !== undefined ? [one.bulkId] : [],
  )
  return {
    ports,
    failOnErrors: failOnErrors ?? Number.POSITIVE_INFINITY,
    waiting: operations.map((operation, index) => ({
      ...{ index, operation },
      needs: isBroken(operation) ? new Set() : referencesOf(operation),
    })),
    later: [],
    ids: new Map(),
    missing: new Set(made),
    outcomes: new Map(),
  }
}

const isOver = ({ outcomes, failOnErrors }: Run) =>
  [...outcomes.values()].filter(({ answer }) => !answer.ok).length >= failOnErrors

/**
 * Fills a group as soon as its members are there; else the first operation that waits for nothing;
 * else the first group that can be made without some members.
 */
async function step(run: Run): Promise<void> {
  const filling = run.later.find((one) => isReady(run, one))
  if (filling) {
    run.later = run.later.filter((one) => one !== filling)
    return complete(run, filling)
  }
  const next = run.waiting.find((one) => isReady(run, one)) ?? parted(run)
  if (!next) return failAll(run)
  run.waiting = run.waiting.filter(({ index }) => index !== next.index)
  const { operation } = next
  const answer = await attempt(run, next)
  if (!isBroken(operation) && operation.method === 'POST' && operation.bulkId !== undefined) {
    run.missing.delete(operation.bulkId)
    const location = answer.ok ? answer.value.location : undefined
    if (location !== undefined) run.ids.set(operation.bulkId, run.ports.idAt(location))
  }
  settle(run, next, answer)
}

const isReady = ({ missing }: Run, { needs }: Waiting) =>
  [...needs].every((bulkId) => !missing.has(bulkId))

function parted(run: Run): Waiting | undefined {
  for (const { index, operation } of run.waiting) {
    const found = isBroken(operation) ? undefined : partedFromMembers(operation, run.missing)
    if (!found) continue
    const later = { index, operation: found.later, needs: referencesOf(found.later) }
    run.later = [...run.later, later]
    return { index, operation: found.now, needs: referencesOf(found.now) }
  }
  return undefined
}

async function attempt({ ids, ports }: Run, { operation, needs }: Waiting): Promise<ScimAnswer> {
  if (isBroken(operation)) return fail(operation.error)
  const unknown = [...needs].find((bulkId) => !ids.has(bulkId))
  if (unknown !== undefined) return fail(unresolved(unknown))
  if (!ports.hasTime()) return fail(outOfTime)
  return ports.execute(resolved(operation, ids))
}

/** Where a group cannot have the members that it was made without, that is the operation's error. */
async function complete(run: Run, filling: Waiting<BulkOperation>): Promise<void> {
  const before = run.outcomes.get(filling.index)
  if (!before?.answer.ok) return
  const { answer: made, operation } = before
  const filled = await attempt(run, filling)
  const version = filled.ok ? filled.value.version : undefined
  const { location } = made.value
  const answer = filled.ok
    ? ok({ ...made.value, ...(version !== undefined && { version }) })
    : filled
  run.outcomes.set(filling.index, { operation, answer, ...(location && { location }) })
}

function failAll(run: Run): void {
  for (const one of run.waiting) {
    if (!isOver(run)) settle(run, one, fail(unresolvable))
  }
  run.waiting = []
}

function settle(run: Run, { index, operation }: Waiting, answer: ScimAnswer): void {
  const done = isBroken(operation) ? operation : resolved(operation, run.ids)
  run.outcomes.set(index, { operation: done, answer })
}

/** RFC 7644 §3.7.1: what refers to itself, and not by members of groups. */
const unresolvable: ScimError = {
  status: 409,
  detail: 'operations refer to each other, so that none can be the first',
}

const unresolved = (bulkId: string): ScimError => ({
  status: 409,
  detail: `no operation made what bulkId:${bulkId.slice(0, 100)} refers to`,
})

const outOfTime: ScimError = {
  status: 503,
  detail: 'there was no time left for this operation; send it again',
  retryAfter: 1,
}
