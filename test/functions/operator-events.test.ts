import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { newEventId } from '#shared/ids.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-events/handler.ts')

describe('operator-events', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let running: Awaited<ReturnType<typeof environmentOf>>
  let call: ReturnType<typeof operatorCalls>
  let queues: Record<string, string>
  let sqs: SQSClient
  before(async () => {
    running = await environmentOf('operator-events')
    handler = (await importHandler()).handler
    call = operatorCalls(running.stack)
    queues = running.stack.environmentOf('operator-events')
    sqs = new SQSClient({})
  })
  const event = eventOf('operator-events')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  /** What SQS does with an event that a consumer failed to take five times. */
  async function die(subject: string, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, newEventId)
    for (const id of ids) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queues['PROVISIONING_DEAD_LETTERS_URL'],
          MessageBody: JSON.stringify({ specversion: '1.0', id, subject, type: 'test' }),
          MessageGroupId: subject,
          MessageDeduplicationId: id,
        }),
      )
    }
    return ids
  }

  async function redrive(): Promise<number> {
    let moved = 0
    for (;;) {
      const { status, body } = await call('POST', '/operator/events/redrive')
      assert.equal(status, 200)
      moved += Number(body['moved'])
      if (body['done'] === true) return moved
    }
  }

  test('sends dead letters to consumers once more, in their order, and leaves none', async () => {
    const subject = `usr_${randomUUID()}`
    const ids = await die(subject, 23)
    assert.equal(await redrive(), 23)
    const told = await running.events.waitFor((one) => one.subject === subject, 23)
    assert.deepEqual(
      told.map(({ id }) => id),
      ids,
    )
    assert.equal(await redrive(), 0)
  })

  test('loses no event that dies again within the minutes in which SQS drops repeats', async () => {
    const subject = `usr_${randomUUID()}`
    const [id = ''] = await die(subject, 1)
    await redrive()
    await running.events.waitFor((one) => one.subject === subject, 1)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queues['PROVISIONING_DEAD_LETTERS_URL'],
        MessageBody: JSON.stringify({ specversion: '1.0', id, subject, type: 'test' }),
        MessageGroupId: subject,
        MessageDeduplicationId: `${id}.again`,
      }),
    )
    await redrive()
    await running.events.waitFor((one) => one.subject === subject, 2)
  })

  test('moves nothing where consumers cannot be sent to, and goes on later', async () => {
    const subject = `usr_${randomUUID()}`
    await die(subject, 2)
    const { faults } = running.stack
    faults.onCall = ({ functionName, operation }) =>
      functionName === 'operator-events' && operation === 'SendMessage' ? 'fail-before' : undefined
    const { status } = await call('POST', '/operator/events/redrive')
    faults.onCall = undefined
    assert.equal(status, 500)
    const deadline = Date.now() + 40_000
    let moved = 0
    while (moved < 2 && Date.now() < deadline) moved += await redrive()
    assert.equal(moved, 2)
    await running.events.waitFor((one) => one.subject === subject, 2)
  })

  test('shows changes that were not followed, and leaves them where they are', async () => {
    const failure = {
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:events-relay',
        condition: 'RetryAttemptsExhausted',
      },
      timestamp: '2026-03-04T10:15:30.000Z',
      DDBStreamBatchInfo: {
        shardId: 'shardId-1',
        startSequenceNumber: '100',
        endSequenceNumber: '200',
        batchSize: 3,
      },
    }
    const MessageBody = JSON.stringify(failure)
    const QueueUrl = queues['RELAY_FAILURES_URL']
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    for (const round of [1, 2]) {
      const { body } = await call('GET', '/operator/events/failures')
      assert.deepEqual(
        body['failures'],
        [
          {
            at: '2026-03-04T10:15:30.000Z',
            function: 'events-relay',
            condition: 'RetryAttemptsExhausted',
            shardId: 'shardId-1',
            firstSequenceNumber: '100',
            lastSequenceNumber: '200',
            changes: 3,
          },
        ],
        `round ${round}`,
      )
    }
  })
})
