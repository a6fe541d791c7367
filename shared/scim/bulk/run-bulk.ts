import { fail } from '../../result.ts'
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
type Waiting = { index: number; operation: BulkOperation; needs: ReadonlySet<string> }

type Run = {
  ports: BulkPorts
  failOnErrors: number
  waiting: Waiting[]
  /** Members that groups were made without. */
  later: Waiting[]
  /** Ids of what was made, by bulkId. */
  ids: Map<string, string>
  /** BulkIds of what is to be made yet. */
  missing: Set<string>
  outcomes: Map<number, BulkOutcome>
}

/**
 * Does the operations of a bulk request one after the other, those that refer to others after
 * these, in whatever order they came; groups that are in each other are made first and filled then.
 * Once as many have failed as the client allows nothing more is tried, and only what was tried is
 * answered, in the order of the request.
 *
 * Source: RFC 7644 §3.7, §3.7.1 to §3.7.3.
 */
export async function runBulk(ports: BulkPorts, request: BulkRequest): Promise<BulkOutcome[]> {
  const run = startedRun(ports, request)
  for (const [index, operation] of request.operations.entries()) {
    if (isBroken(operation) && !isOver(run)) settle(run, index, operation, fail(operation.error))
  }
  while (run.waiting.length > 0 && !isOver(run)) await step(run)
  for (const one of run.later) {
    if (!isOver(run)) await complete(run, one)
  }
  const inOrder = [...run.outcomes].sort(([one], [other]) => one - other)
  return inOrder.map(([, outcome]) => outcome)
}

function startedRun(ports: BulkPorts, request: BulkRequest): Run {
  const waiting = request.operations.flatMap((operation, index) =>
    isBroken(operation) ? [] : [{ index, operation, needs: referencesOf(operation) }],
  )
  const made = waiting.flatMap(({ operation: { method, bulkId } }) =>
    method === 'POST' && bulkId !== undefined ? [bulkId] : [],
  )
  return {
    ...{ ports, waiting },
    failOnErrors: request.failOnErrors ?? Number.POSITIVE_INFINITY,
    later: [],
    ids: new Map(),
    missing: new Set(made),
    outcomes: new Map(),
  }
}

const isOver = ({ outcomes, failOnErrors }: Run) =>
  [...outcomes.values()].filter(({ answer }) => !answer.ok).length >= failOnErrors

/** The first that waits for nothing; else the first group that can be made without some members. */
async function step(run: Run): Promise<void> {
  const next = run.waiting.find((one) => isReady(run, one)) ?? parted(run)
  if (!next) return failAll(run)
  run.waiting = run.waiting.filter(({ index }) => index !== next.index)
  const { index, operation } = next
  const answer = await attempt(run, next)
  if (operation.method === 'POST' && operation.bulkId !== undefined) {
    run.missing.delete(operation.bulkId)
    const location = answer.ok ? answer.value.location : undefined
    if (location !== undefined) run.ids.set(operation.bulkId, run.ports.idAt(location))
  }
  settle(run, index, resolved(operation, run.ids), answer)
}

const isReady = ({ missing }: Run, { needs }: Waiting) =>
  [...needs].every((bulkId) => !missing.has(bulkId))

function parted(run: Run): Waiting | undefined {
  for (const { index, operation } of run.waiting) {
    const found = partedFromMembers(operation, run.missing)
    if (!found) continue
    run.later.push({ index, operation: found.later, needs: referencesOf(found.later) })
    return { index, operation: found.now, needs: referencesOf(found.now) }
  }
  return undefined
}

async function attempt(run: Run, { operation, needs }: Waiting): Promise<ScimAnswer> {
  const unknown = [...needs].find((bulkId) => !run.ids.has(bulkId))
  if (unknown !== undefined) return fail(unresolved(unknown))
  if (!run.ports.hasTime()) return fail(outOfTime)
  return run.ports.execute(resolved(operation, run.ids))
}

/** Where a group cannot have the members that it was made without, that is the operation's error. */
async function complete(run: Run, one: Waiting): Promise<void> {
  const before = run.outcomes.get(one.index)
  if (!before?.answer.ok) return
  const answer = await attempt(run, one)
  if (!answer.ok) settle(run, one.index, before.operation, answer)
}

function failAll(run: Run): void {
  for (const { index, operation } of run.waiting) {
    if (!isOver(run)) settle(run, index, operation, fail(unresolvable))
  }
  run.waiting = []
}

function settle(
  run: Run,
  index: number,
  operation: BulkOperation | BrokenOperation,
  answer: ScimAnswer,
): void {
  run.outcomes.set(index, { operation, answer })
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
