import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempDisposableSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startAwsEndpoint } from '#local/aws/aws-endpoint.ts'
import type { Fault } from '#local/aws/aws-serving.ts'
import { startDynamodb } from '#local/services/dynamodb.ts'
import { provisionQueues } from '#local/services/provision-queues.ts'
import { provisionTables } from '#local/services/provision-tables.ts'
import { startSqs } from '#local/services/sqs.ts'
import { readTemplate } from '#local/template/read-template.ts'
import { writeSmallAssembly } from '#test/local/small-assembly.ts'

const region = 'us-east-1'
const nobody = 'http://127.0.0.1:9'

/** The endpoint before DynamoDB Local and SQS, with the tables and queues of the small assembly. */
async function startWorld() {
  const reports: string[] = []
  const killed: string[] = []
  const [dynamodb, sqs] = await Promise.all([startDynamodb(), startSqs({ region })])
  const endpoint = await startAwsEndpoint({
    backends: { dynamodb: dynamodb.url, sqs: sqs.url, kms: nobody, ses: nobody },
    report: (text) => reports.push(text),
  })
  const template = readSmallTemplate(endpoint.url)
  endpoint.enforce(template, async (name) => {
    killed.push(name)
  })
  await provisionTables(template.tables, { endpoint: dynamodb.url, region })
  await provisionQueues(template.queues, { endpoint: sqs.url, region })
  const stop = () => Promise.all([endpoint.stop(), dynamodb.stop(), sqs.stop()])
  return { endpoint, reports, killed, stop }
}

function readSmallTemplate(awsEndpoint: string) {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-endpoint-'))
  const place = { region, accountId: '000000000000', apiUrl: 'http://127.0.0.1:3000', awsEndpoint }
  return readTemplate(writeSmallAssembly(folder.path), place)
}

const TableName = 'Data-Things'
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } })
const signedBy = (functionName: string) =>
  `AWS4-HMAC-SHA256 Credential=${functionName}/20260101/us-east-1/x/aws4_request, Signature=x`
const signText = new SignCommand({
  KeyId: 'alias/signing',
  Message: Buffer.from('text'),
  SigningAlgorithm: 'ECDSA_SHA_256',
})

describe('the AWS endpoint', () => {
  let world: Awaited<ReturnType<typeof startWorld>>
  before(async () => {
    world = await startWorld()
  })
  after(() => world.stop())
  beforeEach(() => {
    world.endpoint.clearCalls()
    world.endpoint.faults.onCall = undefined
    world.reports.length = 0
    world.killed.length = 0
  })

  /** A client as a function has it; one attempt, so that a fault is seen. */
  const clientOf = (functionName: string, maxAttempts = 1) => ({
    endpoint: world.endpoint.url,
    region,
    maxAttempts,
    credentials: { accessKeyId: functionName, secretAccessKey: 'local' },
  })
  const put = (functionName: string, pk: string, maxAttempts?: number) =>
    new DynamoDBClient(clientOf(functionName, maxAttempts)).send(
      new PutItemCommand({ TableName, Item: keyOf(pk) }),
    )
  const exists = async (pk: string) => {
    const client = new DynamoDBClient(clientOf('operator'))
    return Boolean((await client.send(new GetItemCommand({ TableName, Key: keyOf(pk) }))).Item)
  }
  const send = (functionName: string, body: string) =>
    new SQSClient(clientOf(functionName)).send(
      new SendMessageCommand({
        QueueUrl: `${world.endpoint.url}/000000000000/Data-Jobs.fifo`,
        MessageBody: body,
        MessageGroupId: body,
        MessageDeduplicationId: body,
      }),
    )
  /** Injects faults into the first calls of a kind, one a call. */
  const inject = (operation: string, ...faults: Fault[]) => {
    world.endpoint.faults.onCall = (call) =>
      call.operation === operation ? faults.shift() : undefined
  }

  test('lets a function do what its role allows', async () => {
    await put('writer', 'thing#allowed')
    assert.equal(await exists('thing#allowed'), true)
    assert.deepEqual(world.reports, [])
  })

  test('refuses a function what its role does not allow', async () => {
    await assert.rejects(put('writer', 'user#1'), {
      name: 'AccessDeniedException',
      message: /^User: writer is not authorized to perform: dynamodb:PutItem on resource: .*Things/,
    })
    assert.equal(await exists('user#1'), false)
    assert.equal(world.reports.length, 1)
  })

  test('refuses a function an action it was not granted at all', async () => {
    const scan = new DynamoDBClient(clientOf('writer')).send(new ScanCommand({ TableName }))
    await assert.rejects(scan, { name: 'AccessDeniedException' })
  })

  test('checks SQS calls and answers denials in the way of SQS', async () => {
    await assert.rejects(send('writer', 'denied'), {
      name: 'AccessDenied',
      message: /sqs:SendMessage/,
    })
    const { MessageId } = await send('relay', 'allowed')
    assert.notEqual(MessageId, undefined)
  })

  test('checks KMS calls and answers denials in the way of KMS', async () => {
    const sign = new KMSClient(clientOf('relay')).send(signText)
    await assert.rejects(sign, { name: 'AccessDeniedException', message: /kms:Sign/ })
  })

  test('checks SES calls and answers denials in the way of SES', async () => {
    const response = await fetch(`${world.endpoint.url}/v2/email/outbound-emails`, {
      method: 'POST',
      headers: { authorization: signedBy('writer') },
      body: JSON.stringify({ FromEmailAddress: 'no-reply@vendor.example' }),
    })
    assert.equal(response.status, 403)
    assert.equal(response.headers.get('x-amzn-errortype'), 'AccessDeniedException')
    assert.match(await response.text(), /ses:SendEmail on resource: \S+identity\/vendor\.example/)
  })

  test('records who called what, when and with which answer', async () => {
    const before = performance.now()
    await put('writer', 'thing#recorded')
    await assert.rejects(put('writer', 'user#recorded'))
    await send('relay', 'recorded')
    assert.deepEqual(
      world.endpoint.calls.map(({ startedAt: _, endedAt: __, ...call }) => call),
      [
        { functionName: 'writer', service: 'dynamodb', operation: 'PutItem', status: 200 },
        { functionName: 'writer', service: 'dynamodb', operation: 'PutItem', status: 400 },
        { functionName: 'relay', service: 'sqs', operation: 'SendMessage', status: 200 },
      ],
    )
    const times = world.endpoint.calls.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt])
    assert.deepEqual(
      times.toSorted((one, other) => one - other),
      times,
    )
    assert.ok((times[0] ?? 0) > before)
  })

  test('forgets calls on request', async () => {
    await put('writer', 'thing#forgotten')
    world.endpoint.clearCalls()
    assert.deepEqual(world.endpoint.calls, [])
  })

  test('fail-before answers 500 and nothing happens', async () => {
    inject('PutItem', 'fail-before')
    await assert.rejects(put('writer', 'thing#before'), { name: 'InternalFailure' })
    assert.equal(await exists('thing#before'), false)
  })

  test('fail-before is met by the retry of an SDK client', async () => {
    inject('PutItem', 'fail-before')
    await put('writer', 'thing#retried', 2)
    assert.equal(await exists('thing#retried'), true)
    assert.deepEqual(
      world.endpoint.calls.slice(0, 2).map(({ status }) => status),
      [500, 200],
    )
  })

  test('slow lets it happen later, so that calls made together meet', async () => {
    inject('PutItem', 'slow', 'slow')
    await Promise.all([put('writer', 'thing#slow-1'), put('writer', 'thing#slow-2')])
    assert.equal(await exists('thing#slow-1'), true)
    const [one, other] = world.endpoint.calls.map(({ startedAt, endedAt }) => [startedAt, endedAt])
    assert.ok(Number(one?.[1]) - Number(one?.[0]) >= 49, `${one}`)
    assert.ok(Number(other?.[0]) < Number(one?.[1]), `${one} and ${other}`)
  })

  test('fail-after breaks the connection when it has happened', async () => {
    inject('PutItem', 'fail-after')
    await assert.rejects(put('writer', 'thing#after'), { code: 'ECONNRESET' })
    assert.equal(await exists('thing#after'), true)
    assert.equal(world.endpoint.calls[0]?.status, 0)
  })

  test('kill-caller ends the calling function and nothing happens', async () => {
    inject('PutItem', 'kill-caller')
    await assert.rejects(put('writer', 'thing#world.killed'), { code: 'ECONNRESET' })
    assert.equal(await exists('thing#world.killed'), false)
    assert.deepEqual(world.killed, ['writer'])
  })

  test('says so when the service behind it does not answer', async () => {
    const sign = new KMSClient(clientOf('operator')).send(signText)
    await assert.rejects(sign, { name: 'InternalFailure', message: /kms does not answer/ })
  })

  test('gives up a call when its caller does', async () => {
    const abort = new AbortController()
    const receive = new SQSClient(clientOf('operator')).send(
      new ReceiveMessageCommand({
        QueueUrl: `${world.endpoint.url}/000000000000/Data-DeadJobs.fifo`,
        WaitTimeSeconds: 20,
      }),
      { abortSignal: abort.signal },
    )
    const rejected = assert.rejects(receive, { name: 'AbortError' })
    await sleep(100)
    abort.abort()
    await rejected
    while (world.endpoint.calls.length === 0) await sleep(5)
    const [{ startedAt, endedAt, status } = { startedAt: 0, endedAt: 0, status: 1 }] =
      world.endpoint.calls
    assert.equal(status, 0)
    assert.ok(endedAt - startedAt < 5000)
  })

  const target = { 'x-amz-target': 'DynamoDB_20120810.PutItem' }
  const malformed = [
    ['a body that is no JSON', target, '{', 400],
    ['a body that is no object', target, '[]', 400],
    ['a body that does not fit its operation', target, '{"TableName":5}', 400],
    ['no target', {}, '{}', 400],
    ['a target without operation', { 'x-amz-target': 'DynamoDB_20120810' }, '{}', 400],
    ['a service that is not here', { 'x-amz-target': 'AWSEvents.PutEvents' }, '{}', 400],
    ['a body of 26 MB', target, `"${'x'.repeat(26 * 1024 * 1024)}"`, 413],
  ] as const
  for (const [name, headers, body, status] of malformed) {
    test(`refuses ${name} and lives on`, async () => {
      const authorization = signedBy('writer')
      const response = await fetch(world.endpoint.url, {
        method: 'POST',
        headers: { ...headers, authorization },
        body,
      })
      assert.equal(response.status, status)
      await response.text()
      await put('writer', 'thing#alive')
    })
  }

  test('survives a caller that leaves in the middle of a request', async () => {
    const { hostname, port } = new URL(world.endpoint.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')
    await sleep(20)
    socket.destroy()
    await put('writer', 'thing#survived')
  })
})
