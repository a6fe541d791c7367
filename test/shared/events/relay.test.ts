import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import { type EventPublisher, type Relayed, relay } from '#shared/events/relay.ts'

/** The events of these subjects, numbered in the order of the stream. */
const eventsOf = (subjects: readonly string[]): Relayed[] =>
  subjects.map((subject, index) => ({
    sequenceNumber: String(index),
    event: {
      specversion: '1.0',
      id: `evt_${index}`,
      type: 'latchkey.user.updated.v1',
      source: 'https://signin.vendor.example',
      subject,
      time: '2026-03-04T10:15:30.000Z',
      datacontenttype: 'application/json',
      data: {},
    },
  }))

/** What a queue does with one call: which events it refuses, and whether its answer gets lost. */
type Fate = { refused: readonly number[]; throws: boolean }

/** A queue that meets one fate a call, then takes everything. */
function queue(fates: readonly Fate[] = [], batchSize = 10) {
  const calls: (readonly CloudEvent[])[] = []
  const taken: CloudEvent[] = []
  const publisher: EventPublisher = {
    batchSize,
    publish(events) {
      const { refused, throws } = fates[calls.length] ?? { refused: [], throws: false }
      calls.push(events)
      taken.push(...events.filter((_, index) => !refused.includes(index)))
      if (throws) return Promise.reject(new Error('the answer is lost'))
      return Promise.resolve(refused.filter((index) => index < events.length))
    },
  }
  return { publisher, calls, taken }
}

const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id)

describe('relay', () => {
  test('sends nothing for no events', async () => {
    const { publisher, calls } = queue()
    assert.equal(await relay(publisher, []), undefined)
    assert.deepEqual(calls, [])
  })

  test('sends events of different subjects together, as many as one call takes', async () => {
    const { publisher, calls } = queue([], 3)
    assert.equal(await relay(publisher, eventsOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'])), undefined)
    assert.deepEqual(
      calls.map((events) => events.length),
      [3, 3, 1],
    )
  })

  test('sends two events of one subject one after the other', async () => {
    const { publisher, calls } = queue()
    assert.equal(await relay(publisher, eventsOf(['a', 'b', 'a', 'a', 'b'])), undefined)
    assert.deepEqual(calls.map(idsOf), [['evt_0', 'evt_1'], ['evt_2'], ['evt_3', 'evt_4']])
  })

  test('answers the first event that was not taken, and sends nothing after it', async () => {
    const { publisher, calls } = queue([{ refused: [2, 1], throws: false }])
    assert.equal(await relay(publisher, eventsOf(['a', 'b', 'c', 'a'])), '1')
    assert.equal(calls.length, 1)
  })

  test('throws if the queue does', async () => {
    const { publisher } = queue([{ refused: [], throws: true }])
    await assert.rejects(relay(publisher, eventsOf(['a'])), { message: 'the answer is lost' })
  })

  test('skips nothing and keeps the order of each subject, whatever fails when', async () => {
    const fate = fc.record(
      {
        refused: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 4 }),
        throws: fc.boolean(),
      },
      { noNullPrototype: true },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }),
        fc.array(fate, { maxLength: 12 }),
        fc.integer({ min: 1, max: 10 }),
        async (subjects, fates, batchSize) => {
          const events = eventsOf(subjects)
          const { publisher, calls, taken } = queue(fates, batchSize)
          await relayLikeLambda(publisher, events)
          for (const call of calls) {
            assert.ok(call.length <= batchSize)
            assert.equal(new Set(call.map(({ subject }) => subject)).size, call.length)
          }
          const received = firstOfEach(taken)
          for (const name of new Set(subjects)) {
            const inStream = events.map(({ event }) => event).filter((one) => one.subject === name)
            const inQueue = received.filter((one) => one.subject === name)
            assert.deepEqual(idsOf(inQueue), idsOf(inStream))
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** Lambda invokes again from the answered record on, or from the first one if the function threw. */
async function relayLikeLambda(publisher: EventPublisher, events: readonly Relayed[]) {
  let remaining = events
  while (remaining.length > 0) {
    const from = remaining
    const resumeAt = await relay(publisher, from).catch(() => from[0]?.sequenceNumber)
    if (resumeAt === undefined) return
    remaining = from.slice(from.findIndex(({ sequenceNumber }) => sequenceNumber === resumeAt))
  }
}

/** SQS drops what has been there before. */
const firstOfEach = (events: readonly CloudEvent[]) => [
  ...new Map(events.map((event) => [event.id, event])).values(),
]
