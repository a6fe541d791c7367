import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sqsPublisher } from '#shared/aws/sqs-publisher.ts'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import type { EventPublisher } from '#shared/events/relay.ts'
import { newEventId, newUserId } from '#shared/ids.ts'
import { type Running, runningStack } from '#test/flows/running-stack.ts'
import { strike } from './strike.ts'

let running: Running
let publisher: EventPublisher
before(async () => {
  running = await runningStack()
  publisher = sqsPublisher(String(running.stack.outputs['ProvisioningQueueUrl']))
})

const newEvent = (subject: string, changes: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: newEventId(),
  type: 'latchkey.user.updated.v1',
  source: 'https://signin.vendor.example',
  subject,
  time: '2026-03-04T10:15:30.000Z',
  datacontenttype: 'application/json',
  data: { displayName: 'Ädä 田' },
  ...changes,
})

describe('publish', () => {
  test('sends events as they are, in order of each subject', async () => {
    const [a, b]: [string, string] = [newUserId(), newUserId()]
    const events = [newEvent(a), newEvent(b)]
    const later = newEvent(a)
    assert.deepEqual(await publisher.publish(events), [])
    assert.deepEqual(await publisher.publish([later]), [])
    const arrived = await running.events.waitFor(({ subject }) => [a, b].includes(subject), 3)
    assert.deepEqual(
      arrived.filter(({ subject }) => subject === a),
      [events[0], later],
    )
    assert.deepEqual(
      arrived.find(({ subject }) => subject === b),
      events[1],
    )
  })

  test('groups by subject, so that the queue keeps the order of each, and names each event', async () => {
    using seen = strike(running.stack, 'SendMessageBatch')
    const events = [newEvent(newUserId()), newEvent(newUserId())]
    await publisher.publish(events)
    const { Entries } = seen.bodies[0] as { Entries: Record<string, string>[] }
    assert.deepEqual(
      Entries.map((entry) => [entry['MessageGroupId'], entry['MessageDeduplicationId']]),
      events.map(({ subject, id }) => [subject, id]),
    )
  })

  test('sends a repeat that nobody hears', async () => {
    const subject = newUserId()
    const event = newEvent(subject)
    assert.deepEqual(await publisher.publish([event]), [])
    assert.deepEqual(await publisher.publish([event]), [])
    const last = newEvent(subject)
    await publisher.publish([last])
    await running.events.waitFor(({ id }) => id === last.id, 1)
    const arrived = running.events.all.filter((one) => one.subject === subject)
    assert.deepEqual(arrived, [event, last])
  })

  test('sends any text, also what SQS takes in no message', async () => {
    const names = [
      '田 𠮷田 😀',
      'e\u0301 \u202E \u2028',
      'tab\t nul\0 del\x7F',
      '\uFFFE \uFFFF',
      '\uD83D',
    ]
    const subject = newUserId()
    const events = names.map((displayName) => newEvent(subject, { data: { displayName } }))
    for (const event of events) assert.deepEqual(await publisher.publish([event]), [])
    const arrived = await running.events.waitFor((one) => one.subject === subject, names.length)
    assert.deepEqual(arrived, events)
  })

  test('answers which events were not taken', async () => {
    const withoutSubject = newEvent('')
    const events = [newEvent(newUserId()), withoutSubject, newEvent(newUserId())]
    assert.deepEqual(await publisher.publish(events), [1])
  })

  test('throws where the queue does not answer', async () => {
    using _ = strike(running.stack, 'SendMessageBatch', { fault: 'fail-before' })
    await assert.rejects(publisher.publish([newEvent(newUserId())]), { name: 'InternalFailure' })
  })
})
