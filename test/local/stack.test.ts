import assert from 'node:assert/strict'
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { listen } from '#local/listen.ts'
import { type LocalStack, type StackOptions, startStack } from '#local/stack.ts'
import { writeSmallAssembly } from './small-assembly.ts'

/** The writer puts a thing into its table; the relay and the worker say what they were given. */
const source = `
  const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_DYNAMODB, PUBLIC_URL, TABLE } = process.env
  const headers = {
    authorization: \`AWS4-HMAC-SHA256 Credential=\${AWS_ACCESS_KEY_ID}/20260101/us-east-1/dynamodb/aws4_request\`,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.PutItem',
  }
  async function put(pk) {
    const body = JSON.stringify({ TableName: TABLE, Item: { pk: { S: pk }, sk: { S: 'x' } } })
    const answer = await fetch(AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', headers, body })
    return { statusCode: answer.status, body: PUBLIC_URL }
  }
  export async function handler({ Records, pathParameters }) {
    if (!Records) return put(pathParameters.id)
    for (const { body, dynamodb } of Records) {
      process.stdout.write(\`\${body ?? dynamodb.Keys.pk.S}\n\`)
    }
  }
`

type Logged = { functionName: string; text: string }

/** Starts the small assembly; keeps data when a folder is given. */
async function startSmallStack(folder: string, options: StackOptions = {}) {
  const assembly = writeSmallAssembly(join(folder, 'assembly'))
  mkdirSync(join(assembly, 'asset.abc'), { recursive: true })
  writeFileSync(join(assembly, 'asset.abc', 'index.mjs'), source)
  const logged: Logged[] = []
  const problems: string[] = []
  const onLog = (line: Logged) => logged.push(line)
  const onProblem = (text: string) => problems.push(text)
  const stack = await startStack({ port: 0, assembly, onLog, onProblem, ...options })
  return { stack, logged, problems }
}

const temporary = () => mkdtempDisposableSync(join(tmpdir(), 'latchkey-stack-test-'))
const put = (stack: LocalStack, thing: string) =>
  fetch(`${stack.url}/things/${encodeURIComponent(thing)}`, { method: 'PUT' })
const clientOf = ({ awsEndpoint, region }: LocalStack) => ({
  endpoint: awsEndpoint,
  region,
  credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
})
const TableName = 'Data-Things'
async function find(stack: LocalStack, pk: string) {
  const Key = { pk: { S: pk }, sk: { S: 'x' } }
  const { Item } = await new DynamoDBClient(clientOf(stack)).send(
    new GetItemCommand({ TableName, Key }),
  )
  return Item
}
const failuresOf = (stack: LocalStack) => `${stack.awsEndpoint}/000000000000/failures`
const publicKeyOf = async (stack: LocalStack) =>
  (await new KMSClient(clientOf(stack)).send(new GetPublicKeyCommand({ KeyId: 'alias/signing' })))
    .PublicKey

async function childProcesses() {
  await sleep(20) // one that has just ended counts until its handle is closed
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap')
}

describe('a local stack', () => {
  const folder = temporary()
  let stack: LocalStack
  let logged: Logged[]
  let problems: string[]
  before(async () => {
    ;({ stack, logged, problems } = await startSmallStack(folder.path, { memory: true }))
  })
  after(async () => {
    await stack.stop()
    folder.remove()
  })

  test('runs functions behind its HTTP API, which they know as PUBLIC_URL', async () => {
    const answer = await put(stack, 'thing#1')
    assert.equal(answer.status, 200)
    assert.equal(await answer.text(), stack.url)
    assert.notEqual(await find(stack, 'thing#1'), undefined)
  })

  test('records the AWS calls of functions', async () => {
    stack.clearCalls()
    await put(stack, 'thing#2')
    assert.deepEqual(
      stack.calls.map(({ functionName, operation, status }) => [functionName, operation, status]),
      [['writer', 'PutItem', 200]],
    )
  })

  test('holds functions to the grants of their roles', async () => {
    assert.equal((await put(stack, 'user#1')).status, 400)
    assert.equal(await find(stack, 'user#1'), undefined)
    assert.equal(stack.denials().at(-1)?.functionName, 'writer')
    assert.match(problems.join(), /^AccessDenied: writer may not dynamodb:PutItem on \S+Things/)
    const unused = stack.unusedGrants().map(({ action, leadingKey }) => [action, leadingKey])
    assert.deepEqual(unused[0], ['dynamodb:PutItem', 'catalogue'])
  })

  test('invokes functions on changes of a table', async () => {
    await put(stack, 'thing#3')
    await stack.idle()
    const seen = logged.filter(({ functionName }) => functionName === 'relay')
    assert.equal(seen.at(-1)?.text, 'thing#3')
  })

  test('invokes functions on messages in a queue', async () => {
    await new SQSClient(clientOf(stack)).send(
      new SendMessageCommand({
        QueueUrl: stack.outputs['JobsUrl'],
        MessageBody: 'a job',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
      }),
    )
    const isDone = () => logged.some(({ functionName }) => functionName === 'worker')
    while (!isDone()) await sleep(10)
    assert.equal(logged.find(({ functionName }) => functionName === 'worker')?.text, 'a job')
  })

  test('kills the environment of a function in the middle of a call', async () => {
    stack.faults.onCall = ({ functionName }) =>
      functionName === 'writer' ? 'kill-caller' : undefined
    const answer = await put(stack, 'thing#4')
    stack.faults.onCall = undefined
    assert.equal(answer.status, 500)
    assert.equal(await find(stack, 'thing#4'), undefined)
    assert.equal((await put(stack, 'thing#5')).status, 200)
  })

  test('tells the environment of a function, with keys to everything', async () => {
    assert.deepEqual(stack.environmentOf('writer'), {
      TABLE: 'Data-Things',
      PUBLIC_URL: stack.url,
      AWS_ENDPOINT_URL: stack.awsEndpoint,
      AWS_ENDPOINT_URL_DYNAMODB: stack.awsEndpoint,
      AWS_ENDPOINT_URL_KMS: stack.awsEndpoint,
      AWS_ENDPOINT_URL_SESV2: stack.awsEndpoint,
      AWS_ENDPOINT_URL_SQS: stack.awsEndpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'local',
    })
    assert.throws(() => stack.environmentOf('nobody'), { message: 'No function nobody' })
  })

  test('shows the mails that were sent', async () => {
    const sent = await fetch(`${stack.awsEndpoint}/v2/email/outbound-emails`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/ses/aws4_request',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        FromEmailAddress: 'no-reply@vendor.example',
        Destination: { ToAddresses: ['ada@customer.example'] },
        Content: { Simple: { Subject: { Data: 'Invitation' }, Body: { Text: { Data: 'Hi' } } } },
      }),
    })
    assert.equal(sent.status, 200)
    const stored = await fetch(`${stack.mailUrl}/store`)
    assert.match(await stored.text(), /ada@customer\.example/)
  })
})

test('startStack keeps tables, messages, keys and stream positions over a restart', async () => {
  using folder = temporary()
  const options = { dataDir: join(folder.path, 'data') }
  const first = await startSmallStack(folder.path, options)
  await put(first.stack, 'thing#kept')
  await first.stack.idle()
  await new SQSClient(clientOf(first.stack)).send(
    new SendMessageCommand({ QueueUrl: failuresOf(first.stack), MessageBody: 'kept' }),
  )
  const publicKey = await publicKeyOf(first.stack)
  await first.stack.stop()
  const second = await startSmallStack(folder.path, options)
  const thing = await find(second.stack, 'thing#kept')
  const received = await new SQSClient(clientOf(second.stack)).send(
    new ReceiveMessageCommand({ QueueUrl: failuresOf(second.stack) }),
  )
  const publicKeyAfter = await publicKeyOf(second.stack)
  await put(second.stack, 'thing#new')
  await second.stack.idle()
  await second.stack.stop()
  assert.notEqual(thing, undefined)
  assert.equal(received.Messages?.[0]?.Body, 'kept')
  assert.deepEqual(publicKeyAfter, publicKey)
  assert.deepEqual(second.logged, [{ functionName: 'relay', text: 'thing#new' }])
})

test('startStack runs what infra/ deploys, and leaves nothing running when it is stopped', async () => {
  const before = await childProcesses()
  const stack = await startStack({ port: 0, memory: true, onLog: () => {} })
  const keySet = await fetch(`${stack.url}/.well-known/jwks.json`)
  const { DIRECTORY_TABLE } = stack.environmentOf('tokens-redeem')
  const item = { pk: { S: 'org#1' }, sk: { S: 'org' } }
  await new DynamoDBClient(clientOf(stack)).send(
    new PutItemCommand({ TableName: DIRECTORY_TABLE, Item: item }),
  )
  await stack.idle()
  await Promise.all([stack.stop(), stack.stop()])
  assert.equal(keySet.status, 200)
  assert.equal(stack.outputs['PublicUrl'], stack.url)
  assert.deepEqual(await childProcesses(), before)
  for (const url of [stack.url, stack.awsEndpoint, stack.mailUrl]) {
    await assert.rejects(fetch(url), `${url} still answers`)
  }
})

test('startStack says in one sentence that its port is taken', async () => {
  const other = createServer()
  const port = Number(new URL(await listen(other, { port: 0, host: '127.0.0.1' })).port)
  await assert.rejects(startStack({ port, memory: true }), {
    message:
      /^The HTTP API cannot start \(option port\): Port \d+ on 127\.0\.0\.1 is already in use/,
  })
  other.close()
})

test('startStack stops what has started when another part cannot', async () => {
  const before = await childProcesses()
  await assert.rejects(startStack({ port: 0, memory: true, assembly: '/nowhere' }), {
    code: 'ENOENT',
  })
  assert.deepEqual(await childProcesses(), before)
})

test('startStack refuses a data folder that another stack uses', async () => {
  using folder = temporary()
  writeFileSync(join(folder.path, 'lock'), String(process.pid))
  await assert.rejects(startStack({ port: 0, dataDir: folder.path, assembly: '/nowhere' }), {
    message: /^Process \d+ uses the data in/,
  })
})
