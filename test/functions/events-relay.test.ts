import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import type { Running } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/events-relay/handler.ts')

describe('events-relay', () => {
  let running: Running
  let handlers: Awaited<ReturnType<typeof importHandler>>
  before(async () => {
    running = await environmentOf('events-relay')
    handlers = await importHandler()
  })
  const event = eventOf<DynamoDBStreamEvent>('events-relay')
  const sequenceNumbers = event.Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')

  test('sends what has happened, in order, and names this deployment as its source', async (t) => {
    const { answer, lines } = await invoke(t, handlers.handler, event)
    assert.deepEqual(answer, { batchItemFailures: [] })
    assert.deepEqual(lines, ['{"code":"events_relayed","count":2,"isComplete":true}'])
    const subject = 'usr_0123456789abcdef0123456789abcdef'
    const told = await running.events.waitFor((one) => one.subject === subject, 2)
    assert.deepEqual(
      told.map(({ type, source }) => [type, source]),
      [
        ['latchkey.user.created.v1', running.stack.url],
        ['latchkey.sign-in.succeeded.v1', running.stack.url],
      ],
    )
    assert.deepEqual(told[1]?.data, {
      userId: subject,
      orgId: 'org_0123456789abcdef0123456789abcdef',
      idpId: 'idp_0123456789abcdef0123456789abcdef',
      product: 'training',
      traceId: 'trc_019cb83c5d50aaaaaaaaaaaaaaaaaaaa',
      actor: 'idp:idp_0123456789abcdef0123456789abcdef',
    })
  })

  for (const [index, sequenceNumber] of sequenceNumbers.entries()) {
    test(`asks for everything from record ${index + 1} on again, if the queue does not take it`, async (t) => {
      let calls = 0
      const follow = () => Promise.resolve()
      const publisher = {
        batchSize: 10,
        publish: () => Promise.resolve(calls++ === index ? [0] : []),
      }
      const relay = handlers.relayChanges({ publisher, follow, source: running.stack.url })
      const { answer, lines } = await invoke(t, relay, event)
      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: sequenceNumber }] })
      assert.deepEqual(lines, ['{"code":"events_relayed","count":2,"isComplete":false}'])
    })
  }

  test('fails as a whole if the queue does not answer: Lambda brings it again', async (t) => {
    using _ = strike(running.stack, 'SendMessageBatch', { fault: 'fail-before' })
    await assert.rejects(invoke(t, handlers.handler, event), { name: 'InternalFailure' })
  })

  test('has nothing to do with no records', async (t) => {
    const { answer } = await invoke(t, handlers.handler, { Records: [] })
    assert.deepEqual(answer, { batchItemFailures: [] })
  })
})
