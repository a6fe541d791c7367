import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sqsPublisher } from '#shared/aws/sqs-publisher.ts'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import type { EventPublisher } from '#shared/events/relay.ts'
import { newEventId, newUserId } from '#shared/ids.ts'
import { type Running, runningStack } from '#test/flows/running-stack.ts'

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

/** A character that no XML, and so no provider's response, can hold: SQS takes none of it. */
const notInSqs = '\uFFFE'

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

  test('answers which events were not taken', async () => {
    const subjects = Array.from({ length: 3 }, newUserId)
    const events = subjects.map((subject, i) =>
      newEvent(subject, i === 1 ? { data: { displayName: notInSqs } } : {}),
    )
    assert.deepEqual(await publisher.publish(events), [1])
  })

  test('throws where the queue does not answer', async () => {
    running.stack.faults.onCall = ({ operation }) =>
      operation === 'SendMessageBatch' ? 'fail-before' : undefined
    try {
      await assert.rejects(publisher.publish([newEvent(newUserId())]))
    } finally {
      running.stack.faults.onCall = undefined
    }
  })
})
