import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Finding } from '#shared/operations/examine.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-doctor/handler.ts')

describe('operator-doctor', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let call: ReturnType<typeof operatorCalls>
  let queues: Record<string, string>
  before(async () => {
    const { stack } = await environmentOf('operator-doctor')
    handler = (await importHandler()).handler
    call = operatorCalls(stack)
    queues = stack.environmentOf('operator-doctor')
  })
  const event = eventOf('operator-doctor')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  test('can examine all with the rights of its role', async () => {
    const { status, body } = await call('GET', '/operator/doctor')
    assert.equal(status, 200)
    const findings = body['findings'] as Finding[]
    assert.deepEqual(
      findings.map(({ check }) => check),
      [
        'tables',
        'key of JWTs 1',
        'key of sessions',
        'key of SAML signatures 1',
        'key of SAML encryption 1',
        'provisioning queue',
        'dead letters',
        'changes not followed',
        'access that could not follow',
      ],
    )
    for (const { check, detail } of findings) assert.doesNotMatch(detail, /Error|Denied/, check)
    assert.ok(Math.abs(Date.parse(String(body['time'])) - Date.now()) < 10_000)
    assert.equal((body['tables'] as string[]).length, 2)
  })

  test('says where access could not follow the groups of a directory, and what to do', async () => {
    const sqs = new SQSClient({})
    const QueueUrl = queues['ACCESS_DEAD_LETTERS_URL']
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }))
    try {
      const { body } = await call('GET', '/operator/doctor')
      const found = (body['findings'] as Finding[]).find(
        ({ check }) => check === 'access that could not follow',
      )
      assert.equal(found?.status, 'fail')
      assert.match(found.detail, /^[1-9]/)
      assert.match(found.advice ?? '', /scim-access.*AccessDeadLetters/)
    } finally {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }))
    }
  })
})
