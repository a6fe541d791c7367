import { randomUUID } from 'node:crypto'
import type { EventBridgeEvent } from 'aws-lambda'
import type { Invoke, InvokeResult } from '#local/lambda/lambda-protocol.ts'
import type { Place } from '#local/template/resource-names.ts'
import type { ScheduleDefinition } from '#local/template/template.ts'

export type ScheduleTriggerSettings = {
  schedule: ScheduleDefinition
  place: Pick<Place, 'region' | 'accountId'>
  invoke: Invoke
  /** Calls back again and again, and answers how to end that. */
  every?: (milliseconds: number, tick: () => void) => () => void
}

export type ScheduleTrigger = {
  /** Invokes the function now, out of turn. */
  run(): Promise<InvokeResult>
  /** Waits for the invocations that are under way. */
  stop(): Promise<void>
}

/**
 * Invokes a function at a rate, as EventBridge does: for the first time when the rate has passed
 * once, whether or not the last invocation has ended. Unlike Lambda, it does not retry: the function
 * logs what went wrong, and the next time comes.
 *
 * Source: Amazon EventBridge User Guide, "Creating a rule that runs on a schedule".
 */
export function startScheduleTrigger({
  schedule,
  place,
  invoke,
  every = interval,
}: ScheduleTriggerSettings): ScheduleTrigger {
  const running = new Set<Promise<InvokeResult>>()
  function run(): Promise<InvokeResult> {
    const invocation = invoke(schedule.functionName, scheduledEvent(schedule, place))
    running.add(invocation)
    return invocation.finally(() => running.delete(invocation))
  }
  const end = every(schedule.everyMs, () => void run())
  return {
    run,
    async stop() {
      end()
      await Promise.all(running)
    },
  }
}

function interval(milliseconds: number, tick: () => void) {
  const timer = setInterval(tick, milliseconds)
  return () => clearInterval(timer)
}

/** Source: Amazon EventBridge User Guide, "Scheduled Event". */
const scheduledEvent = (
  { ruleArn }: ScheduleDefinition,
  { region, accountId }: ScheduleTriggerSettings['place'],
): EventBridgeEvent<'Scheduled Event', object> => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: new Date().toISOString(),
  region,
  resources: [ruleArn],
  detail: {},
})
