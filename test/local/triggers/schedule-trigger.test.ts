import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'
import { startScheduleTrigger } from '#local/triggers/schedule-trigger.ts'

const schedule = {
  functionName: 'refresh',
  ruleArn: 'arn:aws:events:us-east-1:000000000000:rule/Hourly',
  everyMs: 3_600_000,
}
const place = { region: 'us-east-1', accountId: '000000000000' }

/** A trigger whose clock the test is, and the invocations it has made. */
function started() {
  const invoked: { functionName: string; event: Record<string, unknown> }[] = []
  const answers: ((result: InvokeResult) => void)[] = []
  const clock = { everyMs: 0, tick: () => {}, isStopped: false }
  const trigger = startScheduleTrigger({
    schedule,
    place,
    invoke(functionName, event) {
      invoked.push({ functionName, event: event as Record<string, unknown> })
      const { promise, resolve } = Promise.withResolvers<InvokeResult>()
      answers.push(resolve)
      return promise
    },
    every(everyMs, tick) {
      Object.assign(clock, { everyMs, tick })
      return () => {
        clock.isStopped = true
      }
    },
  })
  return { trigger, invoked, answers, clock }
}

describe('startScheduleTrigger', () => {
  test('invokes the function each time the rate has passed, not before', async () => {
    const { invoked, clock } = started()
    assert.equal(clock.everyMs, 3_600_000)
    assert.equal(invoked.length, 0)
    clock.tick()
    clock.tick()
    assert.equal(invoked.length, 2)
    const { functionName, event } = invoked[0] ?? assert.fail('not invoked')
    assert.equal(functionName, 'refresh')
    const { id, time, ...rest } = event
    assert.match(String(id), /^[0-9a-f-]{36}$/)
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual(rest, {
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      region: 'us-east-1',
      resources: [schedule.ruleArn],
      detail: {},
    })
  })

  test('answers what the function answered when it is run out of turn', async () => {
    const { trigger, answers } = started()
    const running = trigger.run()
    answers[0]?.({ payload: 1 })
    assert.deepEqual(await running, { payload: 1 })
  })

  test('stops the clock, and waits for the invocation that is under way', async () => {
    const { trigger, answers, clock } = started()
    clock.tick()
    let isStopped = false
    const stopping = trigger.stop().then(() => {
      isStopped = true
    })
    assert.equal(clock.isStopped, true)
    await Promise.resolve()
    assert.equal(isStopped, false)
    answers[0]?.({ error: { errorType: 'Error', errorMessage: 'x' } })
    await stopping
    assert.equal(isStopped, true)
  })

  test('keeps time by itself', async () => {
    const invoked = Promise.withResolvers<void>()
    const trigger = startScheduleTrigger({
      schedule: { ...schedule, everyMs: 1 },
      place,
      async invoke() {
        invoked.resolve()
        return { payload: null }
      },
    })
    await invoked.promise
    await trigger.stop()
  })
})
