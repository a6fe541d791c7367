import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { startSqs } from '#local/services/sqs.ts'

const region = 'us-east-1'
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

function queueAt(url: string) {
  const client = new SQSClient({ endpoint: url, region, credentials })
  const QueueUrl = `${url}/000000000000/jobs.fifo`
  return {
    create: () => client.send(new CreateQueueCommand({ QueueName: 'jobs.fifo' })),
    send: (body: string, group: string) =>
      client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: body,
        }),
      ),
    async take() {
      const { Messages: [message] = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 60 }),
      )
      const ReceiptHandle = message?.ReceiptHandle
      if (ReceiptHandle) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      return message?.Body
    },
    receive: () => client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 60 })),
  }
}

test('startSqs keeps messages in their order over a restart', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-sqs-'))
  const options = { region, folder: folder.path }
  const first = await startSqs(options)
  const before = queueAt(first.url)
  await before.create()
  for (const body of ['1', '2', '3', '4']) await before.send(body, 'one group')
  assert.equal(await before.take(), '1')
  await first.stop()
  const second = await startSqs(options)
  const after = queueAt(second.url)
  const bodies = [await after.take(), await after.take(), await after.take(), await after.take()]
  await second.stop()
  assert.deepEqual(bodies, ['2', '3', '4', undefined])
})

test('startSqs keeps a message that is being worked on invisible over a restart', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-sqs-'))
  const options = { region, folder: folder.path }
  const first = await startSqs(options)
  const before = queueAt(first.url)
  await before.create()
  await before.send('in work', 'a')
  await before.send('behind it', 'a')
  await before.receive()
  await first.stop()
  const second = await startSqs(options)
  const body = await queueAt(second.url).take()
  await second.stop()
  assert.equal(body, undefined)
})

test('startSqs answers on the loopback interface only', async () => {
  const sqs = await startSqs({ region })
  const { hostname } = new URL(sqs.url)
  await sqs.stop()
  assert.equal(hostname, '127.0.0.1')
  await assert.rejects(fetch(sqs.url))
})
