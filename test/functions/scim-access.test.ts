import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { SQSEvent } from 'aws-lambda'
import type { Running } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/scim-access/handler.ts')

describe('scim-access', () => {
  let running: Running
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    running = await environmentOf('scim-access')
    handler = (await importHandler()).handler
  })
  const event = eventOf<SQSEvent>('scim-access')

  test('does what there is to do', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.deepEqual(answer, { batchItemFailures: [] })
    assert.deepEqual(lines, ['{"code":"access_followed","count":1}'])
  })

  test('leaves in the queue what it could not do, and that alone', async (t) => {
    const [record] = event.Records
    assert.ok(record)
    const spoilt = { ...record, messageId: 'spoilt', body: '{' }
    const { answer } = await invoke(t, handler, { Records: [spoilt, record] })
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: 'spoilt' }] })
    using _ = strike(running.stack, 'BatchGetItem', { fault: 'fail-before' })
    const failed = await invoke(t, handler, event)
    assert.deepEqual(failed.answer, {
      batchItemFailures: [{ itemIdentifier: record.messageId }],
    })
  })
})
